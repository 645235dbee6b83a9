using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;
using Microsoft.DurableTask;

namespace FuncExec.Orchestrator.Running;

/// <summary>
/// Runs the tasks of a lane: as many loops as its window is wide, each of which takes the next task when its last has
/// ended, so that n tasks cost n, whatever the window.
/// </summary>
internal sealed class LaneRun(TaskOrchestrationContext context, LanePlan plan)
{
    /// <summary>Beneath the event that says so, a suspended job is asked now and then whether it still is.</summary>
    private static readonly TimeSpan SuspendedPoll = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _ended = new();
    private readonly LanePlacement _placement = new(plan.Placements);
    private readonly LaneBackstop _backstop = new(context, plan);
    private readonly int _last = Math.Min(plan.Count, plan.Done + RunLaneFunction.TasksPerGeneration);
    private Task? _resumed;

    /// <summary>How many of the lane's tasks are behind it.</summary>
    public int Done { get; private set; } = plan.Done;

    /// <summary>How many of those succeeded.</summary>
    public int Succeeded { get; private set; } = plan.Succeeded;

    /// <summary>Whether it was told to end.</summary>
    public bool IsStopped { get; private set; }

    public async Task RunAsync()
    {
        Task cancelled = context.WaitForExternalEvent<object?>(FunctionNames.CancelEvent, _ended.Token);
        Task all = Task.WhenAll(Enumerable.Range(0, Math.Min(plan.Window, _last - Done)).Select(_ => RunTasksAsync()).ToArray());
        _backstop.Start(_ended.Token);
        IsStopped = await Task.WhenAny(all, cancelled) == cancelled || IsStopped;
        _ended.Cancel();
        if (!IsStopped)
        {
            await all;
        }
    }

    private async Task RunTasksAsync()
    {
        while (Done < _last && !IsStopped)
        {
            await RunTaskAsync(Done++);
        }
    }

    private async Task RunTaskAsync(int n)
    {
        for (int attempt = 1; !IsStopped;)
        {
            TaskVerdict verdict = await RunAttemptAsync(n, attempt);
            switch (verdict.Next)
            {
                case TaskNext.Retry:
                    attempt = verdict.Attempt + 1;
                    await PauseAsync(verdict.RetryAfter ?? TimeSpan.Zero);
                    break;
                case TaskNext.Held:
                    await WaitForResumeAsync();
                    break;
                case TaskNext.Stopped:
                    IsStopped = true;
                    return;
                default:
                    Succeeded += verdict.Status is JobTaskStatus.Succeeded ? 1 : 0;
                    return;
            }
        }
    }

    private Task<TaskVerdict> RunAttemptAsync(int n, int attempt)
    {
        TaskAttempt input = new() { JobId = plan.JobId, Step = plan.Step, Index = plan.IndexOf(n), Attempt = attempt };
        return _backstop.WatchAsync(
            input, context.CallActivityAsync<TaskVerdict>(FunctionNames.RunTask, input, _placement.Of(n)));
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        if (pause > TimeSpan.Zero)
        {
            await context.CreateTimer(pause, _ended.Token);
        }
    }

    /// <summary>One wait for all tasks that are held: an event wakes one waiter only.</summary>
    private async Task WaitForResumeAsync()
    {
        if (_resumed is null or { IsCompleted: true })
        {
            _resumed = WaitAsync();
        }

        await _resumed;

        async Task WaitAsync()
        {
            using CancellationTokenSource woken = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
            Task resumed = context.WaitForExternalEvent<object?>(FunctionNames.ResumeEvent, woken.Token);
            await Task.WhenAny(resumed, context.CreateTimer(SuspendedPoll, woken.Token));
            woken.Cancel();
        }
    }
}
