using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Opening;

namespace FuncExec.Ledger.Postgres.Schema;

/// <summary>The ledger among the stores in a PostgreSQL schema, with the versions of its own. The blobs are part of it.</summary>
internal sealed record LedgerKind() : StoreKind("ledger", [new SchemaStep(Read("tables.sql") + Read("functions.sql"), Needs: 1)])
{
    internal static LedgerKind Instance { get; } = new();

    internal override SessionTable Sessions { get; } = new("ledger_nodes", "expires > ledger_now()");

    internal override Exception CannotStart(string message, Exception? cause = null) => new LedgerStartException(message, cause);

    internal override Exception Unavailable(string message, Exception cause) => new LedgerUnavailableException(message, cause);

    internal override Exception Rejected(string message, Exception cause) => new RejectedException(message, cause);

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(LedgerKind).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
