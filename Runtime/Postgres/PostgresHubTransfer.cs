using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Moving;
using FuncExec.Runtime.Postgres.Schema;
using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Moving;
using FuncExec.Runtime.PostgresStore.Opening;
using FuncExec.Runtime.Transfer;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Runtime.Postgres;

/// <summary>Opens a hub in PostgreSQL for whoever moves it.</summary>
public static class PostgresHubTransfer
{
    /// <summary>Opens it, and keeps every other migration away until it is disposed of.</summary>
    /// <param name="connectionString">The server and the database.</param>
    /// <param name="hubName">The hub's name.</param>
    /// <param name="mustExist">Whether a hub that is not there is a mistake; else its schema is made.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="HubStartException">It cannot be used: why, and what to do.</exception>
    public static async Task<IMarkedStore> OpenAsync(string connectionString, string hubName, bool mustExist, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        string schema;
        try
        {
            schema = SchemaName.OfHub(hubName);
        }
        catch (ArgumentException exception)
        {
            throw new HubStartException(exception.Message, exception);
        }

        var database = new PostgresDatabase(connectionString, schema, 1, HubKind.Instance, TimeProvider.System, NullLoggerFactory.Instance)
        {
            Use = mustExist ? SchemaUse.Source : SchemaUse.Target,
        };
        return await MovedSchema.OpenAsync(database, HubTables.All, cancellationToken).ConfigureAwait(false);
    }
}
