namespace FuncExec.WorkerFunctions.Settings;

/// <summary>In what the ledger and the blobs are kept.</summary>
public enum LedgerType
{
    /// <summary>A SQLite file and a directory of the data directory, for one process.</summary>
    Sqlite = 1,

    /// <summary>A table and a container of a storage account, for any number of processes.</summary>
    Azure,

    /// <summary>The hub's schema of a PostgreSQL database, for any number of processes.</summary>
    PostgreSql,
}
