using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Jobs;

namespace FuncExec.WorkerFunctions.Nodes;

/// <summary>Says why tasks wait that no present node can run.</summary>
public sealed class TaskPlaces(PresentNodes nodes, JobDocuments documents)
{
    /// <summary>Why tasks of a job wait for a node, or null when there is one for each of them, or none waits.</summary>
    internal async Task<string?> WhyAsync(JobRecord job, CancellationToken cancellationToken)
    {
        if (job.State is JobState.Finished || job.Counts.Queued == 0 || await documents.GetAsync(job.Id, cancellationToken) is not { } document)
        {
            return null;
        }

        IReadOnlyList<PresentNode> takers = await TakersAsync(cancellationToken);
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (StepRecord step in job.Steps.Where(static step => step.Counts.Queued > 0))
        {
            JobStep written = document.Steps[step.Index];
            foreach (JobTask task in written.Tasks)
            {
                IReadOnlyList<string> asked = JobPlans.AskedBy(document.SettingsOf(written, task));
                if (seen.Add(Labels.Join(asked)) && Why(asked, takers) is { } why)
                {
                    return why;
                }
            }
        }

        return null;
    }

    /// <summary>The nodes that take tasks now.</summary>
    internal async Task<IReadOnlyList<PresentNode>> TakersAsync(CancellationToken cancellationToken) =>
        [.. (await nodes.ListAsync(cancellationToken)).Where(static node => node.TakesTasks)];

    /// <summary>Why a queued task waits for a node, or null.</summary>
    internal static string? Why(TaskRecord task, Job? document, IReadOnlyList<PresentNode> takers)
    {
        if (document is null || task.Status is not JobTaskStatus.Queued)
        {
            return null;
        }

        JobStep step = document.Steps[task.Key.Step];
        return Why(JobPlans.AskedBy(document.SettingsOf(step, step.Tasks[task.Key.Index])), takers);
    }

    private static string? Why(IReadOnlyList<string> asked, IReadOnlyList<PresentNode> takers)
    {
        if (takers.Count == 0)
        {
            return "It waits for a node that runs tasks: none is there.";
        }

        if (takers.Any(node => asked.All(label => node.Report.Labels.Contains(label, StringComparer.Ordinal))))
        {
            return null;
        }

        string[] nowhere = [.. asked.Where(label => !takers.Any(node => node.Report.Labels.Contains(label, StringComparer.Ordinal)))];
        return nowhere.Length > 0
            ? $"It waits for a node with the labels {string.Join(", ", asked)}: no node has {string.Join(", ", nowhere)}."
            : $"It waits for a node with the labels {string.Join(", ", asked)}: no node has all of them.";
    }
}
