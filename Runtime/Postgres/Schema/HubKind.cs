using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.PostgresStore;

namespace FuncExec.Runtime.Postgres.Schema;

/// <summary>The hub among the stores in a PostgreSQL schema, with the versions of its own.</summary>
internal sealed record HubKind() : StoreKind("hub", [new SchemaStep(Read("tables.sql") + Read("functions.sql"), Needs: 1)])
{
    internal static HubKind Instance { get; } = new();

    internal override Exception CannotStart(string message, Exception? cause = null) => new HubStartException(message, cause);

    internal override Exception Unavailable(string message, Exception cause) => new HubUnavailableException(message, cause);

    internal override Exception Rejected(string message, Exception cause) => new HubRejectedException(message, cause);

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(HubKind).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
