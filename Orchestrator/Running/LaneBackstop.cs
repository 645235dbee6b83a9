using FuncExec.Orchestrator.Planning;
using Microsoft.DurableTask;

namespace FuncExec.Orchestrator.Running;

/// <summary>
/// Catches attempts whose answer is lost: where tasks have timeouts, one timer of the lane fires every longest timeout
/// (with what ending a tree and losing a node may take), and the ledger is asked about all that are still open.
/// </summary>
internal sealed class LaneBackstop(TaskOrchestrationContext context, LanePlan plan)
{
    private readonly SortedDictionary<int, Open> _open = [];

    /// <summary>Begins to watch, until the token is cancelled.</summary>
    public void Start(CancellationToken ended)
    {
        if (plan.Backstop is { } every)
        {
            // Not awaited: it ends with the token, and what it throws it hands to those who wait.
            _ = RunAsync(every, ended);
        }
    }

    /// <summary>Waits for an attempt's answer, or for what was found about it.</summary>
    public async Task<TaskVerdict> WatchAsync(TaskAttempt attempt, Task<TaskVerdict> answer)
    {
        if (plan.Backstop is null)
        {
            return await answer;
        }

        Open open = new(attempt);
        _open[attempt.Index] = open;
        Task<TaskVerdict> first = await Task.WhenAny(answer, open.Found.Task);
        _open.Remove(attempt.Index);
        return await first;
    }

    private async Task RunAsync(TimeSpan every, CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            Task timer = context.CreateTimer(every, ended);
            if (await Task.WhenAny(timer) is { IsCanceled: true } || _open.Count == 0)
            {
                continue;
            }

            Open[] asked = [.. _open.Values];
            try
            {
                TaskCheck check = new() { Attempts = [.. asked.Select(static open => open.Attempt)] };
                TaskFindings findings = await context.CallActivityAsync<TaskFindings>(FunctionNames.CheckTasks, check, InfrastructureRetry.Options);
                for (int i = 0; i < asked.Length; i++)
                {
                    if (findings.Verdicts[i] is { } verdict)
                    {
                        asked[i].Found.TrySetResult(verdict);
                    }
                }
            }
            catch (TaskFailedException exception)
            {
                foreach (Open open in asked)
                {
                    open.Found.TrySetException(exception);
                }
            }
        }
    }

    private sealed record Open(TaskAttempt Attempt)
    {
        public TaskCompletionSource<TaskVerdict> Found { get; } = new();
    }
}
