using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Sqlite.Files;
using FuncExec.Runtime.Sqlite.Moving;
using FuncExec.Runtime.SqliteFiles.Moving;
using FuncExec.Runtime.Transfer;

namespace FuncExec.Runtime.Sqlite;

/// <summary>Opens a hub in a SQLite file for whoever moves it.</summary>
public static class SqliteHubTransfer
{
    /// <summary>Opens it, and keeps every other process out until it is disposed of.</summary>
    /// <param name="directory">The data directory, which is there.</param>
    /// <param name="hubName">The hub's name.</param>
    /// <param name="mustExist">Whether a hub that is not there is a mistake; else it is made.</param>
    /// <exception cref="HubStartException">It cannot be used, or is in use: why, and what to do.</exception>
    public static IMarkedStore Open(string directory, string hubName, bool mustExist)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentException.ThrowIfNullOrEmpty(hubName);
        return MovedFile.Open(directory, hubName.ToLowerInvariant() + ".db", HubKind.Instance, HubTables.All, HubTables.IsEmpty, mustExist);
    }
}
