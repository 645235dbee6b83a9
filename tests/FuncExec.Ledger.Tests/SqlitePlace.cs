using FuncExec.Ledger.Sqlite;
using FuncExec.LedgerContract;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Ledger.Tests;

/// <summary>A data directory for one test.</summary>
internal sealed class SqlitePlace : LedgerPlace
{
    private readonly ManualTimeProvider _time = new();

    /// <summary>The directory.</summary>
    internal string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("ledger-").FullName;

    /// <summary>The ledger's file.</summary>
    internal string File => Path.Combine(Directory, "ledger.db");

    public override IJobLedger CreateLedger() =>
        new SqliteJobLedger(Directory, Signals, _time, NullLogger<SqliteJobLedger>.Instance);

    public override Task LetTimePassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        System.IO.Directory.Delete(Directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}
