namespace FuncExec.WorkerFunctions.Settings;

/// <summary>Where a ledger in PostgreSQL is.</summary>
/// <param name="ConnectionString">The server and the database; it may hold a password.</param>
/// <param name="HubName">The hub whose schema has it.</param>
public sealed record LedgerDatabase(string ConnectionString, string HubName)
{
    /// <summary>The hub's name alone: the connection string is nobody's to see.</summary>
    public override string ToString() => HubName;
}
