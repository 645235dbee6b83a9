using Azure;
using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Azure.Tables;

namespace FuncExec.Ledger.Azure.Writing;

/// <summary>
/// Changes one job for this process. What arrives while a commit is under way goes into the next one. What is known of the job is
/// kept until a version of its head tells that another process has written; an answer that changes nothing is only given once the
/// head was found to be what the answer was made from.
/// </summary>
internal sealed class JobWriter(string jobId, JobReader jobs, JobCommits commits, TimeProvider time, CancellationToken closing)
{
    /// <summary>The most rows that a call needs at least.</summary>
    private const int RowsOfCall = 4;

    private const int MostPause = 100;

    private readonly Lock _gate = new();
    private List<JobCall> _waiting = [];
    private Task _working = Task.CompletedTask;
    private bool _isWorking;
    private JobWork? _known;

    /// <summary>Whether nothing waits.</summary>
    internal bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return !_isWorking;
            }
        }
    }

    /// <summary>Completes when all that has been asked for is answered.</summary>
    internal Task WhenIdleAsync()
    {
        lock (_gate)
        {
            return _working;
        }
    }

    /// <summary>Puts a call into the queue.</summary>
    internal void Enqueue(JobCall call)
    {
        lock (_gate)
        {
            _waiting.Add(call);
            if (!_isWorking)
            {
                _isWorking = true;
                _working = Task.Run(WorkAsync, CancellationToken.None);
            }
        }
    }

    private async Task WorkAsync()
    {
        while (Take() is { } calls)
        {
            try
            {
                for (int pause = 5; calls.Count > 0; pause = Math.Min(2 * pause, MostPause))
                {
                    int left = calls.Count;
                    calls = await TryAsync(calls).ConfigureAwait(false);
                    if (calls.Count == left)
                    {
                        // Processes that write the same job at once would meet each other again and again.
                        await Task.Delay(Random.Shared.Next(pause), closing).ConfigureAwait(false);
                    }
                }
            }
            catch (Exception exception) // Whatever it is, those who called are told.
            {
                _known = null;
                Exception told = exception is OperationCanceledException && closing.IsCancellationRequested
                    ? new ObjectDisposedException(nameof(AzureJobLedger))
                    : exception;
                calls.ForEach(call => call.Fail(told));
            }
        }
    }

    private List<JobCall>? Take()
    {
        lock (_gate)
        {
            List<JobCall> taken = _waiting;
            _waiting = [];
            _isWorking = taken.Count > 0;
            return _isWorking ? taken : null;
        }
    }

    /// <summary>Makes one commit of as many calls as fit; answers those that are left, all of them when somebody else was faster.</summary>
    private async Task<List<JobCall>> TryAsync(List<JobCall> calls)
    {
        bool isFresh = _known is null;
        JobWork work = _known ?? new JobWork(jobs.Table, jobId, await jobs.LoadAsync(jobId, closing).ConfigureAwait(false));
        _known = null;
        work.Begin(time.GetUtcNow().ToUniversalTime());
        int reads = work.Reads;
        int ran = 0;
        for (; ran < calls.Count && (ran == 0 || work.Room >= RowsOfCall); ran++)
        {
            int changes = work.Changes;
            await RunAsync(calls[ran], work).ConfigureAwait(false);
            if (calls[ran].IsRefused && work.Changes > changes)
            {
                // It stopped half way: the others begin anew without it.
                return isFresh ? Deliver(calls, ran, 1) : calls;
            }
        }

        bool isSettled = work.Changes > 0
            ? await commits.MakeAsync(work, closing).ConfigureAwait(false)
            : (isFresh && reads == work.Reads) || await jobs.FindVersionAsync(jobId, closing).ConfigureAwait(false) == work.ETag;
        if (!isSettled)
        {
            return calls;
        }

        _known = work is { Head: not null, IsCurrent: true } ? work : null;
        return Deliver(calls, 0, ran);
    }

    private async Task RunAsync(JobCall call, JobWork work)
    {
        if (call.IsAbandoned)
        {
            call.Fail(new OperationCanceledException());
        }
        else
        {
            await call.RunAsync(work, closing).ConfigureAwait(false);
        }
    }

    private static List<JobCall> Deliver(List<JobCall> calls, int from, int count)
    {
        calls.GetRange(from, count).ForEach(static call => call.Deliver());
        return [.. calls[..from], .. calls[(from + count)..]];
    }
}
