using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;
using FuncExec.WorkerFunctions.Nodes;
using FuncExec.WorkerFunctions.Settings;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>Tells what a root needs to know of a job: a pure function of its document, its row and the settings.</summary>
internal static class JobPlans
{
    public static PlannedJob Of(Job job, JobRecord? record, AppOptions options)
    {
        Dictionary<string, int> places = job.Steps.Select(static (step, index) => (step.Name, index))
            .ToDictionary(static pair => pair.Name, static pair => pair.index, StringComparer.Ordinal);
        return new PlannedJob
        {
            MaxParallelism = job.MaxParallelism,
            Timeout = job.Timeout,
            Steps =
            [
                .. job.Steps.Select((step, index) => new PlannedStep
                {
                    Name = step.Name,
                    Needs = [.. step.Needs.Select(need => places[need])],
                    ContinueOnError = step.ContinueOnError,
                    Tasks = step.Tasks.Count,
                    IsDone = record?.Steps[index].Counts.Succeeded == step.Tasks.Count,
                    Backstop = BackstopOf(job, step, options),
                    Placements = Placements.Of(step.Tasks.Select(task => PlaceOf(job.SettingsOf(step, task)))),
                }),
            ],
        };
    }

    /// <summary>A task asks for its executor too: not every node need have it, or have it healthy.</summary>
    private static (string? RunsOn, int? Priority, bool StaysWithJob) PlaceOf(TaskSettings settings)
    {
#if EMBEDDED_RUNTIME
        return (Labels.Join(AskedBy(settings)), settings.Priority, settings.Affinity == TaskSettings.ToJob);
#else
        return (null, null, false);
#endif
    }

    /// <summary>The labels that a task asks for, with that of its executor.</summary>
    internal static IReadOnlyList<string> AskedBy(TaskSettings settings) =>
        Labels.Canonical([.. settings.RunsOn ?? [], NodeLabels.OfExecutor(settings.Executor!)]);

    /// <summary>The longest timeout of a step's tasks, the grace, and twice the lease; null where no task has a timeout.</summary>
    private static TimeSpan? BackstopOf(Job job, JobStep step, AppOptions options)
    {
        TimeSpan? longest = null;
        foreach (JobTask task in step.Tasks)
        {
            TimeSpan? timeout = job.SettingsOf(step, task).Timeout;
            longest = longest > timeout ? longest : timeout ?? longest;
        }

        return longest + options.KillGrace + (2 * options.Lease);
    }
}
