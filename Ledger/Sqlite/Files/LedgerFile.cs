using FuncExec.Runtime.Sqlite.Native;

namespace FuncExec.Ledger.Sqlite.Files;

/// <summary>Opens the ledger with the settings that <c>docs/ledger.md</c> explains.</summary>
internal static class LedgerFile
{
    /// <summary>Opens or creates the file for writing and brings its schema up to date.</summary>
    /// <exception cref="LedgerStartException">It cannot be used; the message says why and what to do.</exception>
    internal static Connection OpenWriter(string path)
    {
        Connection? connection = null;
        try
        {
            CreatePrivate(path);
            connection = Connection.Open(path, readOnly: false);
            int version = Schema.ReadVersion(connection, path, Schema.Steps.Count);
            connection.Execute("PRAGMA page_size = 4096");
            if (connection.ReadScalar("PRAGMA journal_mode = WAL") != "wal")
            {
                throw new LedgerStartException(
                    $"'{path}' cannot use a write-ahead log. Put the data directory on a local file system.");
            }

            connection.Execute(
                """
                PRAGMA synchronous = FULL;
                PRAGMA busy_timeout = 5000;
                PRAGMA temp_store = MEMORY;
                PRAGMA cache_size = -32768;
                PRAGMA journal_size_limit = 67108864;
                PRAGMA trusted_schema = OFF;
                """);
            Schema.Migrate(connection, version, Schema.Steps);
            connection.WatchWal();
            return connection;
        }
        catch (Exception e)
        {
            connection?.Dispose();
            throw e switch
            {
                SqliteException failure => new LedgerStartException(FailureText.Of(failure, path), failure),
                UnauthorizedAccessException or IOException => new LedgerStartException(
                    $"'{path}' cannot be opened by user '{Environment.UserName}': {e.Message} Correct the owner or mode "
                    + "of the file and its directory, or set another data directory.", e),
                _ => e,
            };
        }
    }

    /// <summary>Opens the file for reading. The writer is open already.</summary>
    internal static Connection OpenReader(string path)
    {
        Connection connection = Connection.Open(path, readOnly: true);
        try
        {
            connection.Execute("PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192; PRAGMA trusted_schema = OFF");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // Commands and output may be secret: the file is its owner's alone, and SQLite gives the log the same mode.
    private static void CreatePrivate(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
    }
}
