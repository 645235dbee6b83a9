using FuncExec.Ledger;
using FuncExec.Orchestrator;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Summaries;
using FuncExec.WorkerFunctions.Nodes;
using FuncExec.WorkerFunctions.Tasks;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>Ends jobs: waits until nothing of one runs, settles what has not begun, and writes the status that follows from both.</summary>
public sealed class JobCloser(IJobLedger ledger, JobSignals signals, JobDocuments documents, JobSummaries summaries, RunningTasks running, NodeHeart node, TimeProvider time)
{
    private const int Batch = 1_000;

    /// <summary>A root ends before its tasks when the ledger has the flag, and else only for this.</summary>
    private const string ToldByHand =
        $"The event '{FunctionNames.CancelEvent}' was raised by the management API, before all of its tasks had been run.";

    /// <summary>Beneath the signal, how often running tasks are looked at; those of dead nodes give none.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>Ends a job, or finds that it has ended; answers its summary.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="failure">Why its orchestration failed without ending it, or null.</param>
    /// <param name="cancellationToken">Ends the waiting; the job is then closed another time.</param>
    internal async Task<JobSummary> CloseAsync(string jobId, string? failure, CancellationToken cancellationToken)
    {
        using JobWatch watch = signals.Watch(jobId);
        while (true)
        {
            if (await TryCloseAsync(jobId, failure, cancellationToken) is { } summary)
            {
                return summary;
            }

            if (!await watch.WaitAsync(Poll, time, cancellationToken))
            {
                await FreeAsync(jobId, cancellationToken);
            }
        }
    }

    /// <summary>Gives back what this node holds of a job although no call is about it: those failed on their way, and nobody calls again.</summary>
    internal async Task FreeAsync(string jobId, CancellationToken cancellationToken)
    {
        foreach (TaskRecord task in await ledger.ListRunningAsync(jobId, Batch, cancellationToken))
        {
            // In this order: a call is there before its claim, and until after its end.
            if (task.NodeId == node.Id && !running.IsAbout(task.Key))
            {
                await ledger.ReleaseAsync(task.Key, task.Token, cancellationToken);
            }
        }
    }

    /// <summary>The same without waiting: answers null, having told it to end, when something of the job runs.</summary>
    internal async Task<JobSummary?> TryCloseAsync(string jobId, string? failure, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await ledger.GetJobAsync(jobId, cancellationToken) is not { } job)
            {
                return JobSummaries.OfDeleted(jobId);
            }

            if (job.State is JobState.Finished)
            {
                return await summaries.OfAsync(job, cancellationToken);
            }

            if (job is { Stop: null, Counts: { Running: > 0 } or { Queued: > 0 } })
            {
                // Its orchestration is at its end without the flag, so what runs was told nothing, and what waits must not stay queued.
                await ledger.StopJobAsync(jobId, StopKind.Cancel, failure ?? ToldByHand, cancellationToken);
                continue;
            }

            if (job.Stop is not null)
            {
                running.Cancel(jobId);
                await SettleAsync(job, cancellationToken);
                job = await ledger.GetJobAsync(jobId, cancellationToken) ?? job;
            }

            if (job.Counts.Running > 0)
            {
                return null;
            }

            // Else something was given back just now, and is settled in the next round.
            if (job.Counts.Queued == 0)
            {
                await ledger.FinishJobAsync(jobId, await EndOfAsync(job, failure, cancellationToken), cancellationToken);
                documents.Forget(jobId);
            }
        }
    }

    /// <summary>Why a job whose document is lost can do nothing more: a sentence for its error.</summary>
    internal static string LossOf(DocumentReading reading) => reading switch
    {
        DocumentReading.Damaged damaged => $"its stored document is damaged: {damaged.What}.",
        DocumentReading.Missing => "its stored document is gone.",
        _ => "its stored document cannot be read.",
    };

    /// <summary>Has a job end whose document is lost: what has not begun cannot be run.</summary>
    internal async Task StopLostAsync(string jobId, CancellationToken cancellationToken) =>
        await ledger.StopJobAsync(jobId, StopKind.Cancel, $"The job cannot go on: {LossOf(await documents.ReadAsync(jobId, cancellationToken))}", cancellationToken);

    private async Task<JobEnd> EndOfAsync(JobRecord job, string? failure, CancellationToken cancellationToken)
    {
        if (failure is not null || job.Stop is not null)
        {
            return JobEnds.Of(job, null, failure); // The document changes nothing, and may be what is broken.
        }

        switch (await documents.ReadAsync(job.Id, cancellationToken))
        {
            case DocumentReading.Found found:
                return JobEnds.Of(job, found.Job, null);
            case DocumentReading.Unreadable unreadable:
                throw new LedgerUnavailableException(unreadable.Exception.Message, unreadable.Exception);
            case var lost:
                JobEnd end = JobEnds.Of(job, null, null);
                return end.Error is null ? end : end with { Error = $"{end.Error} Every step counted, for {LossOf(lost)}" };
        }
    }

    private async Task SettleAsync(JobRecord job, CancellationToken cancellationToken)
    {
        string error = job.Stop!.Kind is StopKind.Timeout ? "It was ended: the job's time was over." : "It was cancelled with its job.";
        while (await ledger.CancelWaitingAsync(job.Id, error, Batch, cancellationToken))
        {
        }
    }
}
