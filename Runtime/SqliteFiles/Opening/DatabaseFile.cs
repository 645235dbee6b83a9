using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Runtime.SqliteFiles.Opening;

/// <summary>Opens a store's file with the settings that <c>docs/sqlite.md</c> explains.</summary>
internal static class DatabaseFile
{
    /// <summary>Opens or creates the file for writing and brings its schema up to date; fails as a start does when it cannot be used.</summary>
    internal static Connection OpenWriter(string path, StoreKind kind)
    {
        Connection? connection = null;
        try
        {
            CreatePrivate(path);
            connection = Connection.Open(path, readOnly: false);
            int version = SchemaVersion.Read(connection, path, kind);
            connection.Execute("PRAGMA page_size = 4096");
            if (connection.ReadScalar("PRAGMA journal_mode = WAL") != "wal")
            {
                throw kind.CannotStart(
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
            SchemaVersion.Migrate(connection, version, kind);
            connection.WatchWal();
            return connection;
        }
        catch (Exception e)
        {
            connection?.Dispose();
            throw e switch
            {
                SqliteException failure => kind.CannotStart(FailureText.Of(failure, path, kind), failure),
                UnauthorizedAccessException or IOException => kind.CannotStart(
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

    // What it holds may be secret: the file is its owner's alone, and SQLite gives the log the same mode.
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
