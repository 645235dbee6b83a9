using FuncExec.Ledger.Postgres.Moving;
using FuncExec.Runtime.PostgresStore.Moving;
using FuncExec.Runtime.PostgresStore.Opening;
using FuncExec.Runtime.Transfer;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Ledger.Postgres;

/// <summary>Opens a ledger in PostgreSQL for whoever moves it.</summary>
public static class PostgresLedgerTransfer
{
    /// <summary>Opens it, and keeps every other migration away until it is disposed of. Clearing it takes the blobs along.</summary>
    /// <param name="connectionString">The server and the database.</param>
    /// <param name="hubName">The name of the hub whose schema it lies in.</param>
    /// <param name="mustExist">Whether a ledger that is not there is a mistake; else it is made.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="LedgerStartException">It cannot be used: why, and what to do.</exception>
    public static async Task<IMarkedStore> OpenAsync(string connectionString, string hubName, bool mustExist, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        SchemaUse use = mustExist ? SchemaUse.Source : SchemaUse.Target;
        return await MovedSchema.OpenAsync(
            Databases.Make(connectionString, hubName, 1, TimeProvider.System, NullLoggerFactory.Instance, use), LedgerTables.All, cancellationToken).ConfigureAwait(false);
    }
}
