using FuncExec.Ledger.Sqlite.Files;
using FuncExec.Ledger.Sqlite.Moving;
using FuncExec.Runtime.SqliteFiles.Moving;
using FuncExec.Runtime.Transfer;

namespace FuncExec.Ledger.Sqlite;

/// <summary>Opens a ledger in a SQLite file for whoever moves it.</summary>
public static class SqliteLedgerTransfer
{
    /// <summary>Opens it, and keeps every other process out until it is disposed of.</summary>
    /// <param name="directory">The data directory, which is there.</param>
    /// <param name="mustExist">Whether a ledger that is not there is a mistake; else it is made.</param>
    /// <exception cref="LedgerStartException">It cannot be used, or is in use: why, and what to do.</exception>
    public static IMarkedStore Open(string directory, bool mustExist)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        return MovedFile.Open(directory, "ledger.db", LedgerKind.Instance, LedgerTables.All, LedgerTables.IsEmpty, mustExist);
    }
}
