using FuncExec.Orchestrator.Planning;
using Microsoft.DurableTask;

namespace FuncExec.Orchestrator.Running;

/// <summary>
/// Runs a job's steps, each when those that it needs are done, until all are done, the job is cancelled, or its time is
/// over. A job that ends early does not wait for its lanes: they are told, and closing the job waits for what runs.
/// </summary>
internal sealed class JobRun(TaskOrchestrationContext context, JobRef job, PlannedJob plan)
{
    private readonly Task<StepResult>[] _steps = new Task<StepResult>[plan.Steps.Count];
    private readonly List<string> _lanes = [];
    private bool _stopped;

    public async Task RunAsync()
    {
        using CancellationTokenSource done = new();
        Task cancelled = context.WaitForExternalEvent<object?>(FunctionNames.CancelEvent, done.Token);
        Task? over = plan.Timeout is { } timeout ? context.CreateTimer(timeout, done.Token) : null;
        foreach (int step in StepOrder.Of(plan))
        {
            _steps[step] = RunStepAsync(step, [.. plan.Steps[step].Needs.Select(need => _steps[need])]);
        }

        Task all = Task.WhenAll(_steps);
        Task first = await (over is null ? Task.WhenAny(all, cancelled) : Task.WhenAny(all, cancelled, over));
        if (first == all)
        {
            done.Cancel();
            await all; // A lane that failed fails the job.
            return;
        }

        _stopped = true;
        if (first == over)
        {
            await context.CallActivityAsync(FunctionNames.StopJob, job, InfrastructureRetry.Options);
        }

        foreach (string lane in _lanes)
        {
            context.SendEvent(lane, FunctionNames.CancelEvent, null!);
        }

        done.Cancel();
    }

    private async Task<StepResult> RunStepAsync(int step, Task<StepResult>[] needs)
    {
        PlannedStep planned = plan.Steps[step];
        foreach (StepResult need in await Task.WhenAll(needs))
        {
            if (!need.LetsOthersRun && !_stopped)
            {
                StepSkip skip = new() { JobId = job.JobId, Step = step, Need = need.Name };
                await context.CallActivityAsync(FunctionNames.CloseStep, skip, InfrastructureRetry.Options);
                return new StepResult(planned.Name, false);
            }
        }

        if (planned.IsDone || _stopped)
        {
            return new StepResult(planned.Name, planned.IsDone);
        }

        LaneResult[] results = await Task.WhenAll(Lanes.Of(job.JobId, plan, step).Select(lane => RunLaneAsync(planned.Name, lane)));
        bool succeeded = results.Sum(static lane => lane.Succeeded) == planned.Tasks;
        return new StepResult(planned.Name, succeeded || planned.ContinueOnError);
    }

    private Task<LaneResult> RunLaneAsync(string step, LanePlan lane)
    {
        string id = Lanes.IdOf(job.JobId, step, lane.Lane);
        _lanes.Add(id);
        return context.CallSubOrchestratorAsync<LaneResult>(FunctionNames.RunLane, lane, new SubOrchestrationOptions { InstanceId = id });
    }

    private sealed record StepResult(string Name, bool LetsOthersRun);
}
