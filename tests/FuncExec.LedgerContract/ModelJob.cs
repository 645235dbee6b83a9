using FuncExec.Orchestrator.Jobs;

namespace FuncExec.LedgerContract;

/// <summary>A job in memory, as simple as its rules can be said.</summary>
internal sealed class ModelJob(string id, int[] steps)
{
    public string Id { get; } = id;

    public Dictionary<(int Step, int Index), ModelTask> Tasks { get; } = steps
        .SelectMany(static (count, step) => Enumerable.Range(0, count).Select(index => (step, index)))
        .ToDictionary(static place => place, static _ => new ModelTask());

    public HashSet<string> LiveNodes { get; } = [];

    public bool IsSuspended { get; set; }

    public bool IsStopping { get; private set; }

    public Type Claim(ModelTask task, int attempt, string node, bool rerunOnLoss)
    {
        bool isRunning = task.Status is JobTaskStatus.Running;
        if (!isRunning && task.Status is not JobTaskStatus.Queued)
        {
            return typeof(ClaimOutcome.Ended);
        }

        if (IsStopping)
        {
            return typeof(ClaimOutcome.Stopping);
        }

        bool isOfTheDead = isRunning && !LiveNodes.Contains(task.Node) && LiveNodes.Contains(node);
        if (IsSuspended && !isOfTheDead)
        {
            return typeof(ClaimOutcome.Suspended);
        }

        if (isRunning && LiveNodes.Contains(task.Node))
        {
            return typeof(ClaimOutcome.Held);
        }

        if (!LiveNodes.Contains(node))
        {
            return typeof(ClaimOutcome.NodeDead);
        }

        task.Token++;
        task.Losses += isRunning ? 1 : 0;
        if (isRunning && (!rerunOnLoss || task.Losses > TaskClaim.LossesBeforeAlone))
        {
            task.Status = JobTaskStatus.Failed;
            return typeof(ClaimOutcome.Ended);
        }

        if (IsSuspended)
        {
            (task.Status, task.Attempt) = (JobTaskStatus.Queued, task.Attempt - 1);
            return typeof(ClaimOutcome.Suspended);
        }

        (task.Status, task.Attempt, task.Node) = (JobTaskStatus.Running, attempt, node);
        return typeof(ClaimOutcome.Claimed);
    }

    public Type End(ModelTask task, long token, JobTaskStatus status, bool isRetry)
    {
        if (task.Token != token || task.Attempt == 0)
        {
            return typeof(EndAttemptOutcome.Superseded);
        }

        if (task.Status is JobTaskStatus.Running)
        {
            task.Status = isRetry ? JobTaskStatus.Queued : status;
        }

        return typeof(EndAttemptOutcome.Recorded);
    }

    public void Close(int step, JobTaskStatus status)
    {
        foreach ((_, ModelTask task) in Tasks.Where(task => task.Key.Step == step))
        {
            task.Status = task.Status is JobTaskStatus.Queued && task.Attempt == 0 ? status : task.Status;
        }
    }

    public void Cancel()
    {
        IsStopping = true;
        foreach (ModelTask task in Tasks.Values)
        {
            if (task.Status is JobTaskStatus.Running && !LiveNodes.Contains(task.Node))
            {
                task.Token++;
                task.Losses++;
                task.Status = JobTaskStatus.Cancelled;
            }
            else if (task.Status is JobTaskStatus.Queued)
            {
                task.Status = JobTaskStatus.Cancelled;
            }
        }
    }
}

/// <summary>A task of it.</summary>
internal sealed class ModelTask
{
    public JobTaskStatus Status { get; set; } = JobTaskStatus.Queued;

    public int Attempt { get; set; }

    public long Token { get; set; }

    public int Losses { get; set; }

    public string Node { get; set; } = "";
}
