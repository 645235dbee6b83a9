using System.Text;
using System.Text.Json.Serialization;
using FuncExec.ExecutorPlugins;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Azure.Jobs;

/// <summary>A task that has begun: its latest claim, and the end of the attempt that ended last.</summary>
internal sealed record TaskData
{
    public required JobTaskStatus Status { get; init; }

    public int Attempt { get; init; }

    public long Token { get; init; }

    public int Losses { get; init; }

    public string? NodeId { get; init; }

    public string? Node { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public DateTimeOffset? NextRetryAt { get; init; }

    /// <summary>How the attempt that ended last ended.</summary>
    public JobTaskStatus? Ended { get; init; }

    public int? ExitCode { get; init; }

    public FailureKind? Failure { get; init; }

    public string? Error { get; init; }

    public string? Details { get; init; }

    public OutputData? Stdout { get; init; }

    public OutputData? Stderr { get; init; }

    public long Stored { get; init; }

    /// <summary>How many artifacts it has.</summary>
    public int Artifacts { get; init; }

    /// <summary>The claim that wrote the output, where that is not the latest.</summary>
    public long? OutputToken { get; init; }

    /// <summary>The last attempt that has a row of its own.</summary>
    public int Kept { get; init; }

    /// <summary>What the claim of the next attempt wrote over; it is put back when that is given back.</summary>
    public BeforeClaim? Before { get; init; }

    [JsonIgnore]
    internal bool IsRunning => Status is JobTaskStatus.Running;

    /// <summary>About how many bytes it takes.</summary>
    [JsonIgnore]
    internal int Weight => 1_024 + (Stdout?.Tail.Length ?? 0) + (Stderr?.Tail.Length ?? 0)
        + Encoding.UTF8.GetByteCount(Error ?? "") + Encoding.UTF8.GetByteCount(Details ?? "");

    /// <summary>The attempt that was claimed is due again; what the claim wrote over stands again.</summary>
    internal TaskData AsBefore() => this with
    {
        Status = JobTaskStatus.Queued,
        Attempt = Attempt - 1,
        NextRetryAt = null,
        NodeId = Before?.NodeId,
        Node = Before?.Node,
        StartedAt = Before?.StartedAt,
        FinishedAt = Before?.FinishedAt,
        OutputToken = Before?.OutputToken,
    };

    /// <summary>As the attempt that ended, for its own row.</summary>
    internal TaskData AsAttempt() => this with { Status = Ended ?? Status, NextRetryAt = null, Before = null };

    internal TaskRecord ToRecord(JobHead job, string stepName, TaskPlace place) => new()
    {
        Key = new TaskKey(job.Id, place.Step, place.Index),
        StepName = stepName,
        Status = Status,
        Attempt = Attempt,
        Token = Token,
        OutputToken = OutputToken ?? Token,
        Losses = Losses,
        NextRetryAt = NextRetryAt,
        Node = Node,
        NodeId = NodeId,

        // What was taken over from another job ran before this one was there.
        QueuedAt = StartedAt < job.CreatedAt ? null : job.CreatedAt,
        StartedAt = StartedAt,
        FinishedAt = FinishedAt,
        ExitCode = ExitCode,
        Failure = Failure,
        Error = Error,
        Details = Details,
        Stdout = Stdout?.ToRecord() ?? OutputRecord.Empty,
        Stderr = Stderr?.ToRecord() ?? OutputRecord.Empty,
    };

    /// <summary>A task without a row: it waits, or is what its step was closed as.</summary>
    internal static TaskRecord Virtual(JobHead job, StepData step, TaskPlace place) => new()
    {
        Key = new TaskKey(job.Id, place.Step, place.Index),
        StepName = step.Name,
        Status = step.VirtualStatus,
        QueuedAt = job.CreatedAt,
        Error = step.Closing?.Error,
    };
}

/// <summary>What a claim writes over.</summary>
internal sealed record BeforeClaim(string? NodeId, string? Node, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, long? OutputToken);

/// <summary>What is known of a stream of output.</summary>
internal sealed record OutputData(long Length, long Kept, byte[] Tail)
{
    internal OutputRecord ToRecord() => new(Length, Kept, Tail);

    /// <summary>Null when nothing was written.</summary>
    internal static OutputData? Of(OutputRecord output) =>
        output.Length == 0 ? null : new OutputData(output.Length, output.Kept, output.Tail.ToArray());
}
