using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Values;

/// <summary>What every ledger refuses, by name, before it looks at anything stored.</summary>
internal static class LedgerArguments
{
    /// <summary>How long what a node tells of itself may be.</summary>
    private const int LongestReport = 16_384;

    private const int MostInPage = 500;

    internal static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostInPage);
    }

    internal static void CheckNew(NewJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentException.ThrowIfNullOrEmpty(job.Id);
        ArgumentOutOfRangeException.ThrowIfNegative(job.StoredBytes);
        if (job.Steps.Count == 0)
        {
            throw new ArgumentException("A job has at least one step.", nameof(job));
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (NewStep step in job.Steps)
        {
            if (step.Tasks < 1 || step.Name.Length == 0 || step.Name.Contains('/') || !names.Add(step.Name))
            {
                throw new ArgumentException(
                    $"The step '{step.Name}' of {step.Tasks} tasks: a step has a name of its own, without '/', and at least one task.", nameof(job));
            }
        }

        if (job.Idempotency is { } request && request.Key.Length is < 1 or > 255)
        {
            throw new ArgumentException("An idempotency key has 1 to 255 characters.", nameof(job));
        }
    }

    internal static void CheckReport(string nodeId, string report)
    {
        ArgumentNullException.ThrowIfNull(nodeId);
        ArgumentNullException.ThrowIfNull(report);
        if (report.Length > LongestReport)
        {
            throw new ArgumentException($"A node's report has at most {LongestReport} characters; this one has {report.Length}.", nameof(report));
        }
    }

    internal static void CheckStop(StopKind kind)
    {
        if (kind is not (StopKind.Cancel or StopKind.Timeout))
        {
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "It is no kind.");
        }
    }

    internal static void CheckClosing(StepClosing closing)
    {
        ArgumentNullException.ThrowIfNull(closing);
        if (closing.Status is not (JobTaskStatus.Skipped or JobTaskStatus.Cancelled))
        {
            throw new ArgumentException($"A step cannot be closed as {closing.Status}.", nameof(closing));
        }
    }

    internal static void CheckEnd(JobEnd end)
    {
        ArgumentNullException.ThrowIfNull(end);
        if (end.Status is not (JobStatus.Succeeded or JobStatus.Failed or JobStatus.Cancelled or JobStatus.TimedOut))
        {
            throw new ArgumentException($"A job cannot end as {end.Status}.", nameof(end));
        }
    }

    internal static void CheckClaim(TaskClaim claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentOutOfRangeException.ThrowIfLessThan(claim.Attempt, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(claim.Task.Index);
    }

    internal static void CheckNode(NodeLife node, TimeSpan lease)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentException.ThrowIfNullOrEmpty(node.Id);
        ArgumentException.ThrowIfNullOrEmpty(node.Name);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, TimeSpan.Zero);
    }
}
