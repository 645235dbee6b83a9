using FuncExec.Ledger.Postgres.Schema;
using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Opening;
using Microsoft.Extensions.Logging;

namespace FuncExec.Ledger.Postgres;

/// <summary>Makes what the ledger and the blob store of a hub connect by.</summary>
internal static class Databases
{
    internal static PostgresDatabase Make(string connectionString, string hubName, int connections, TimeProvider time, ILoggerFactory loggerFactory, SchemaUse use = SchemaUse.Node)
    {
        try
        {
            return new PostgresDatabase(connectionString, SchemaName.OfHub(hubName), connections, LedgerKind.Instance, time, loggerFactory) { Use = use };
        }
        catch (ArgumentException exception)
        {
            throw new LedgerStartException(exception.Message, exception);
        }
    }
}
