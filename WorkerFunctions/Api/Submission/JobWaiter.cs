using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Api.Submission;

/// <summary>Waits for the end of a job.</summary>
public sealed class JobWaiter(IJobLedger ledger, JobSignals signals, TimeProvider time)
{
    /// <summary>What happens on another node is not announced here.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>
    /// What an answer may be late by, as a part of the time that was waited, and at most: a job of many tasks changes thousands of times before
    /// it ends, and each look is a question to the store.
    /// </summary>
    private const double Lateness = 0.01;

    private static readonly TimeSpan MostLate = TimeSpan.FromMilliseconds(100);

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

            if (await watch.WaitAsync(left < Look ? left : Look, time, cancellationToken))
            {
                TimeSpan pause = time.GetElapsedTime(begin) * Lateness;
                await Task.Delay(pause < MostLate ? pause : MostLate, time, cancellationToken);
            }
        }
    }
}
