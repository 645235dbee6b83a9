using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;
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

    private static (string? RunsOn, int? Priority) PlaceOf(TaskSettings settings) =>
        (settings.RunsOn is { Count: > 0 } labels ? Labels.Join(labels) : null, settings.Priority);

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
