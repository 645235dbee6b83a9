using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Sqlite.Tables;

/// <summary>A step's row: how many of its tasks have a row, by status.</summary>
internal sealed record StoredStep(
    int Index, string Name, int Total, int Queued, int Running, int Succeeded, int Failed, int Cancelled, int TimedOut,
    StepClosing? Closing)
{
    /// <summary>Tasks without a row: they have not begun.</summary>
    internal int Virtual => Total - Queued - Running - Succeeded - Failed - Cancelled - TimedOut;

    /// <summary>Where those stand.</summary>
    internal JobTaskStatus VirtualStatus => Closing?.Status ?? JobTaskStatus.Queued;

    internal StepRecord ToRecord() => new(Index, Name, ToCounts(), Closing);

    /// <summary>How many tasks stand at a status, those without a row included.</summary>
    internal int Count(JobTaskStatus status) => Rows(status) + (status == VirtualStatus ? Virtual : 0);

    /// <summary>How many rows stand at a status.</summary>
    internal int Rows(JobTaskStatus status) => status switch
    {
        JobTaskStatus.Queued => Queued,
        JobTaskStatus.Running => Running,
        JobTaskStatus.Succeeded => Succeeded,
        JobTaskStatus.Failed => Failed,
        JobTaskStatus.Cancelled => Cancelled,
        JobTaskStatus.TimedOut => TimedOut,
        _ => 0,
    };

    private TaskCounts ToCounts() => new(
        Total, Count(JobTaskStatus.Queued), Running, Succeeded, Failed, Count(JobTaskStatus.Cancelled), TimedOut,
        Count(JobTaskStatus.Skipped));
}
