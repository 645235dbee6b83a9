using System.Collections.Concurrent;
using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Azure.Tables;

namespace FuncExec.Ledger.Azure.Writing;

/// <summary>The writers of the jobs that this process changes.</summary>
internal sealed class JobWriters(JobReader jobs, JobCommits commits, TimeProvider time) : IAsyncDisposable
{
    private const int MostIdle = 1_000;

    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<string, JobWriter> _byJob = new(StringComparer.Ordinal);

    /// <summary>Runs a call on a job as it is then; what it changes is durable when it is answered.</summary>
    internal async Task<T> RunAsync<T>(string jobId, Func<JobWork, CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, typeof(AzureJobLedger));
        JobWriter writer = _byJob.GetOrAdd(jobId, New);
        var call = new JobCall<T>(run, cancellationToken);
        writer.Enqueue(call);
        if (_byJob.Count > MostIdle)
        {
            Forget();
        }

        return await call.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_byJob.Values.Select(static writer => writer.WhenIdleAsync())).ConfigureAwait(false);
        _closing.Dispose();
    }

    private JobWriter New(string jobId) => new(jobId, jobs, commits, time, _closing.Token);

    // Who has just got one that is forgotten uses it: two writers of a job meet as two processes do.
    private void Forget()
    {
        foreach ((string id, JobWriter writer) in _byJob)
        {
            if (writer.IsIdle)
            {
                _byJob.TryRemove(KeyValuePair.Create(id, writer));
            }
        }
    }
}
