using System.Text.Json;

namespace FuncExec.ExecutorPlugins;

/// <summary>One attempt of one task, as an executor sees it.</summary>
public sealed record ExecutorTask
{
    /// <summary>The job's id.</summary>
    public required string JobId { get; init; }

    /// <summary>The task's id within the job: step and index, such as <c>compile/0</c>.</summary>
    public required string TaskId { get; init; }

    /// <summary>Which attempt this is; the first is 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>Grows with every claim of the task, so that whoever is told it can refuse a claim that is over.</summary>
    public long FencingToken { get; init; }

    /// <summary>
    /// The absolute path of the attempt's own directory, laid out and there until the outcome is known; null for an
    /// executor whose capabilities do not ask for one.
    /// </summary>
    public string? Directory { get; init; }

    /// <summary>The attempt's place in a trace as W3C's <c>traceparent</c> has it; null when it is in none.</summary>
    public string? TraceParent { get; init; }

    /// <summary>W3C's <c>tracestate</c> that belongs to <see cref="TraceParent"/>, or null.</summary>
    public string? TraceState { get; init; }

    /// <summary>What to do, in the executor's own terms. Valid by <see cref="IExecutor.Validate"/>.</summary>
    public required JsonElement Payload { get; init; }

    /// <summary>How long the work may take from its start, or null for as long as it likes.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// Cancelled, together with the call's own token, when somebody else may be running it by now: what runs is to end at once,
    /// without any grace.
    /// </summary>
    public CancellationToken Lost { get; init; }
}
