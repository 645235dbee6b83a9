using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Api.Submission;

/// <summary>Waits for the end of a job.</summary>
public sealed class JobWaiter(IJobLedger ledger, JobSignals signals, TimeProvider time)
{
    /// <summary>What happens on another node is not announced here.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Begins to watch; to be called before the job is started, so that nothing is missed.</summary>
    internal JobWatch Watch(string jobId) => signals.Watch(jobId);

    /// <summary>The job when it has ended, or as it is when the time is over; null when it was deleted meanwhile.</summary>
    internal async Task<JobRecord?> WaitAsync(JobWatch watch, string jobId, TimeSpan atMost, CancellationToken cancellationToken)
    {
        long begin = time.GetTimestamp();
        while (true)
        {
            JobRecord? job = await ledger.GetJobAsync(jobId, cancellationToken);
            TimeSpan left = atMost - time.GetElapsedTime(begin);
            if (job is null or { State: JobState.Finished } || left <= TimeSpan.Zero)
            {
                return job;
            }

            await watch.WaitAsync(left < Look ? left : Look, time, cancellationToken);
        }
    }
}
