using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Azure.Nodes;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Azure.Operations;

/// <summary>What becomes of tasks that will not run any more.</summary>
internal static class ClosingOperations
{
    internal static async Task<bool> CloseStepAsync(JobWork work, int step, StepClosing closing, CancellationToken cancellationToken)
    {
        if (work.Seen is not { IsUnfinished: true } job)
        {
            return false;
        }

        StepData found = await work.FindStepAsync(step, cancellationToken).ConfigureAwait(false)
            ?? throw new ArgumentOutOfRangeException(nameof(step), step, $"The job '{job.Id}' has no such step.");
        return Close(work, step, found, closing);
    }

    /// <summary>Answers whether there may be more.</summary>
    internal static async Task<bool> CancelWaitingAsync(JobWork work, NodeLives lives, string error, int limit, CancellationToken cancellationToken)
    {
        if (work.Seen is not { IsUnfinished: true } job)
        {
            return false;
        }

        if (job.StopKind is null)
        {
            throw new InvalidOperationException($"The tasks of job '{job.Id}' cannot be cancelled: nobody asked it to end.");
        }

        // What is done to waiting rows makes them fewer, so a repetition finds the rest.
        int left = await CancelStepsAsync(work, error, limit, cancellationToken).ConfigureAwait(false);
        left = await CancelQueuedAsync(work, error, left, cancellationToken).ConfigureAwait(false);
        left = await CancelLostAsync(work, lives, error, left, cancellationToken).ConfigureAwait(false);
        return left <= 0 || work.Room == 0;
    }

    private static async Task<int> CancelStepsAsync(JobWork work, string error, int limit, CancellationToken cancellationToken)
    {
        var closing = new StepClosing(JobTaskStatus.Cancelled, error);
        int step = work.Head!.OpenFrom;
        bool isChanged = false;
        for (; step < work.Head.Steps && limit > 0 && work.Room > 0; step++)
        {
            bool isClosed = Close(work, step, (await work.FindStepAsync(step, cancellationToken).ConfigureAwait(false))!, closing);
            limit -= isClosed ? 1 : 0;
            isChanged |= isClosed;
        }

        // Where it is already so nothing has changed, and whoever waits for a change would wake himself.
        if (isChanged)
        {
            work.Head = work.Head with { OpenFrom = step };
        }

        return limit;
    }

    private static async Task<int> CancelQueuedAsync(JobWork work, string error, int limit, CancellationToken cancellationToken)
    {
        int most = Math.Min(limit, work.Room);
        List<TaskPlace> places = most > 0
            ? await work.ListPlacesAsync(JobTaskStatus.Queued, default, most, cancellationToken).ConfigureAwait(false)
            : [];
        await work.LoadTasksAsync(places, cancellationToken).ConfigureAwait(false);
        foreach (TaskPlace place in places.TakeWhile(_ => work.Room > 0))
        {
            TaskData task = (await work.FindTaskAsync(place, cancellationToken).ConfigureAwait(false))!;
            TaskData cancelled = task with { Status = JobTaskStatus.Cancelled, NextRetryAt = null, Error = error };
            work.SetTask(place, cancelled);
            work.TellTask(place, cancelled, error: error);
            limit--;
        }

        return limit;
    }

    // Running tasks are as many as nodes have slots: those that live are looked at too.
    private static async Task<int> CancelLostAsync(JobWork work, NodeLives lives, string error, int limit, CancellationToken cancellationToken)
    {
        if (work.Head!.Running == 0 || limit <= 0 || work.Room == 0)
        {
            return limit;
        }

        List<TaskPlace> places = await work.ListPlacesAsync(JobTaskStatus.Running, default, int.MaxValue, cancellationToken).ConfigureAwait(false);
        await work.LoadTasksAsync(places, cancellationToken).ConfigureAwait(false);
        foreach (TaskPlace place in places.TakeWhile(_ => limit > 0 && work.Room > 0))
        {
            TaskData task = (await work.FindTaskAsync(place, cancellationToken).ConfigureAwait(false))!;
            if (!await lives.IsLivingAsync(task.NodeId, cancellationToken).ConfigureAwait(false))
            {
                TaskData ended = Abandoned.Of(task, JobTaskStatus.Cancelled, task.Losses + 1, null, error, work.Now);
                work.SetTask(place, ended);
                work.TellTask(place, ended, error: error);
                limit--;
            }
        }

        return limit;
    }

    private static bool Close(JobWork work, int index, StepData step, StepClosing closing)
    {
        if (!step.IsOpen)
        {
            return false;
        }

        int count = step.Virtual;
        work.SetStep(index, step with { Closing = closing });
        work.TellStep(index, count, closing);
        return true;
    }
}
