using System.Diagnostics;
using System.Diagnostics.Metrics;
using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Output;

namespace FuncExec.WorkerFunctions.Telemetry;

/// <summary>The instruments of what tasks do on this node. Nothing is recorded while nobody listens.</summary>
public sealed class TaskMetrics : IDisposable
{
    private static readonly double[] Durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600];

    private readonly Meter _meter = new(AppTelemetry.Name);
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _claimsLost;
    private readonly Counter<long> _livesLost;
    private readonly Counter<long> _output;

    /// <summary>Makes the instruments.</summary>
    public TaskMetrics()
    {
        _duration = _meter.CreateHistogram(
            "funcexec.task.duration", "s", "How long executors worked on attempts.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Durations });
        _attempts = _meter.CreateCounter<long>("funcexec.task.attempts", "{attempt}", "Attempts whose end was recorded.");
        _retries = _meter.CreateCounter<long>("funcexec.task.retries", "{attempt}", "Attempts that another one follows.");
        _claimsLost = _meter.CreateCounter<long>("funcexec.task.claims.lost", "{claim}", "Attempts whose end was not recorded: the claim was another's by then.");
        _livesLost = _meter.CreateCounter<long>("funcexec.node.lives.lost", "{life}", "How often this node was taken for dead and began anew.");
        _output = _meter.CreateCounter<long>("funcexec.task.output", "By", "What attempts wrote.");
    }

    /// <summary>The value of the label <c>outcome</c>.</summary>
    internal static string NameOf(TaskOutcome outcome) => outcome switch
    {
        TaskOutcome.Succeeded => "succeeded",
        TaskOutcome.Failed { Kind: FailureKind.NotFound } => "not_started",
        TaskOutcome.Failed => "failed",
        TaskOutcome.TimedOut => "timed_out",
        TaskOutcome.Cancelled => "cancelled",
        _ => throw new UnreachableException(),
    };

    /// <summary>When an executor is asked; 0 while nobody wants to know.</summary>
    internal long Begin() => _duration.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>An executor that was asked so has answered.</summary>
    internal void Worked(long begun, string executor, TaskOutcome outcome)
    {
        if (begun != 0)
        {
            _duration.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds, new("executor", executor), new("outcome", NameOf(outcome)));
        }
    }

    /// <summary>The end of an attempt was recorded.</summary>
    internal void Recorded(string executor, AttemptEnd end)
    {
        _attempts.Add(1, new("executor", executor), new("outcome", NameOf(end)));
        if (end.RetryAfter is not null)
        {
            _retries.Add(1, new KeyValuePair<string, object?>("executor", executor));
        }
    }

    /// <summary>It was not: the claim is another's.</summary>
    internal void ClaimLost() => _claimsLost.Add(1);

    /// <summary>This node was taken for dead.</summary>
    internal void LifeLost() => _livesLost.Add(1);

    /// <summary>What an attempt wrote.</summary>
    internal void Wrote(OutputResult written)
    {
        _output.Add(written.Stdout.Length, new KeyValuePair<string, object?>("stream", "stdout"));
        _output.Add(written.Stderr.Length, new KeyValuePair<string, object?>("stream", "stderr"));
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static string NameOf(AttemptEnd end) => end switch
    {
        { Failure: FailureKind.Lost } => "lost",
        { Failure: FailureKind.NotFound } => "not_started",
        { Status: Orchestrator.Jobs.JobTaskStatus.Succeeded } => "succeeded",
        { Status: Orchestrator.Jobs.JobTaskStatus.TimedOut } => "timed_out",
        { Status: Orchestrator.Jobs.JobTaskStatus.Cancelled } => "cancelled",
        _ => "failed",
    };
}
