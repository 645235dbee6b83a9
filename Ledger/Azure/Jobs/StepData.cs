using System.Text.Json.Serialization;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Azure.Jobs;

/// <summary>A step: how many of its tasks have a row, by status.</summary>
internal sealed record StepData(string Name, int Total)
{
    public int Queued { get; init; }

    public int Running { get; init; }

    public int Succeeded { get; init; }

    public int Failed { get; init; }

    public int Cancelled { get; init; }

    public int TimedOut { get; init; }

    public StepClosing? Closing { get; init; }

    /// <summary>Tasks without a row: they have not begun.</summary>
    [JsonIgnore]
    internal int Virtual => Total - Queued - Running - Succeeded - Failed - Cancelled - TimedOut;

    /// <summary>Where those stand.</summary>
    [JsonIgnore]
    internal JobTaskStatus VirtualStatus => Closing?.Status ?? JobTaskStatus.Queued;

    /// <summary>Whether tasks wait for their beginning.</summary>
    [JsonIgnore]
    internal bool IsOpen => Closing is null && Virtual > 0;

    /// <summary>Whether there is a task of this index.</summary>
    internal bool Has(int index) => index >= 0 && index < Total;

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

    /// <summary>A row of a task stands elsewhere; null stands for having had no row.</summary>
    internal StepData Move(JobTaskStatus? from, JobTaskStatus to)
    {
        StepData moved = from is { } before ? Add(before, -1) : this;
        return moved.Add(to, 1);
    }

    internal StepRecord ToRecord(int index) => new(
        index,
        Name,
        new TaskCounts(
            Total, Count(JobTaskStatus.Queued), Running, Succeeded, Failed, Count(JobTaskStatus.Cancelled), TimedOut, Count(JobTaskStatus.Skipped)),
        Closing);

    private StepData Add(JobTaskStatus status, int count) => status switch
    {
        JobTaskStatus.Queued => this with { Queued = Queued + count },
        JobTaskStatus.Running => this with { Running = Running + count },
        JobTaskStatus.Succeeded => this with { Succeeded = Succeeded + count },
        JobTaskStatus.Failed => this with { Failed = Failed + count },
        JobTaskStatus.Cancelled => this with { Cancelled = Cancelled + count },
        JobTaskStatus.TimedOut => this with { TimedOut = TimedOut + count },
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "No row has this status."),
    };
}
