using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Reports;
using Microsoft.DurableTask;

namespace FuncExec.Orchestrator.Running;

/// <summary>
/// Runs a job: each step when those that it needs are done, its tasks in a window of lanes. A lane is a loop that takes
/// the next task when its last has ended, so that n tasks cost n, whatever the window.
/// </summary>
internal sealed class JobRun(TaskOrchestrationContext context, JobPlan plan)
{
    public async Task<JobReport> RunAsync()
    {
        using JobClock clock = new(context, plan.Job.Timeout);
        TaskRun task = new(context, plan, clock);
        Dictionary<string, Task<StepResult>> steps = new(StringComparer.Ordinal);
        foreach (JobStep step in plan.Order)
        {
            steps.Add(step.Name, RunStepAsync(step, [.. step.Needs.Select(need => steps[need])], task));
        }

        List<TaskRecord> records = [];
        foreach (JobStep step in plan.Job.Steps)
        {
            records.AddRange((await steps[step.Name]).Records);
        }

        return JobReport.Create(plan.Job, records);
    }

    private async Task<StepResult> RunStepAsync(JobStep step, Task<StepResult>[] needs, TaskRun task)
    {
        foreach (StepResult need in await Task.WhenAll(needs))
        {
            if (!need.LetsOthersRun)
            {
                return new StepResult(false, [.. step.Tasks.Select((_, index) => Skipped(step, index, need.Name))]) { Name = step.Name };
            }
        }

        TaskRecord[] records = new TaskRecord[step.Tasks.Count];
        int next = 0;
        async Task RunLaneAsync()
        {
            while (next < records.Length)
            {
                int index = next++;
                records[index] = await task.RunAsync(step, index);
            }
        }

        int lanes = Math.Min(plan.Job.MaxParallelism, records.Length);
        await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => RunLaneAsync()));
        bool succeeded = records.All(static record => record.Result.Status is JobTaskStatus.Succeeded);
        return new StepResult(succeeded || step.ContinueOnError, records) { Name = step.Name };
    }

    private static TaskRecord Skipped(JobStep step, int index, string need) =>
        new(step, index, 0, new AttemptResult { Status = JobTaskStatus.Skipped, Error = $"It was skipped: step '{need}' did not succeed." });

    private sealed record StepResult(bool LetsOthersRun, IReadOnlyList<TaskRecord> Records)
    {
        public required string Name { get; init; }
    }
}
