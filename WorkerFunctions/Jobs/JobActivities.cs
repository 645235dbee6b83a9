using FuncExec.Ledger;
using FuncExec.Orchestrator;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;
using FuncExec.Orchestrator.Summaries;
using FuncExec.WorkerFunctions.Nodes;
using FuncExec.WorkerFunctions.Settings;
using FuncExec.WorkerFunctions.Tasks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>What the orchestrators of a job have done to the ledger. Each may run more than once.</summary>
public sealed class JobActivities(
    IJobLedger ledger, JobDocuments documents, JobCloser closer, LostTasks lost, RunningTasks running, NodeHeart node, IOptions<AppOptions> options)
{
    /// <summary>The job's orchestration runs; answers what its root needs to know.</summary>
    [Function(FunctionNames.PlanJob)]
    public async Task<PlannedJob> PlanJob([ActivityTrigger] JobRef job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        await node.WaitUntilBornAsync(cancellationToken);
        JobRecord? record = await ledger.GetJobAsync(job.JobId, cancellationToken);
        if (record is null or { State: JobState.Preparing })
        {
            return new PlannedJob { Refusal = $"there is no job '{job.JobId}'. Jobs are started by POST /api/jobs." };
        }

        if (record.State is JobState.Finished)
        {
            return new PlannedJob { Refusal = $"job '{job.JobId}' has finished. Run it again by POST /api/jobs/{job.JobId}/rerun." };
        }

        DocumentReading reading = await documents.ReadAsync(job.JobId, cancellationToken);
        if (reading is DocumentReading.Found found)
        {
            record = await ledger.BeginJobAsync(job.JobId, cancellationToken);
            return JobPlans.Of(found.Job, record, options.Value);
        }

        if (reading is DocumentReading.Unreadable unreadable && record.Stop is null)
        {
            throw new LedgerUnavailableException(unreadable.Exception.Message, unreadable.Exception); // Another time it may be read.
        }

        // Nobody can tell any more what was to be done. Ended here, so that the job says why, and not that its root failed.
        // One that was cancelled before is cancelled.
        string? failure = record.Stop is null ? JobCloser.LossOf(reading) : null;
        await closer.CloseAsync(job.JobId, failure, cancellationToken);
        JobRecord? closed = await ledger.GetJobAsync(job.JobId, cancellationToken);
        return new PlannedJob { Refusal = closed?.Error?.Split(": ", 2)[^1] ?? $"job '{job.JobId}' was deleted." };
    }

    /// <summary>Looks after attempts that gave no answer for long.</summary>
    [Function(FunctionNames.CheckTasks)]
    public async Task<TaskFindings> CheckTasks([ActivityTrigger] TaskCheck check, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(check);
        await node.WaitUntilBornAsync(cancellationToken);
        TaskVerdict?[] verdicts = new TaskVerdict?[check.Attempts.Count];
        for (int i = 0; i < verdicts.Length; i++)
        {
            verdicts[i] = await lost.LookAsync(check.Attempts[i], cancellationToken);
        }

        return new TaskFindings { Verdicts = verdicts };
    }

    /// <summary>Skips a step, for one that it needs did not succeed.</summary>
    [Function(FunctionNames.CloseStep)]
    public async Task CloseStep([ActivityTrigger] StepSkip skip, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(skip);
        await node.WaitUntilBornAsync(cancellationToken);
        StepClosing closing = new(JobTaskStatus.Skipped, $"It was skipped: step '{skip.Need}' did not succeed.");
        await ledger.CloseStepAsync(skip.JobId, skip.Step, closing, cancellationToken);
    }

    /// <summary>The job's time is over.</summary>
    [Function(FunctionNames.StopJob)]
    public async Task StopJob([ActivityTrigger] JobRef job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        await node.WaitUntilBornAsync(cancellationToken);
        string reason = await documents.ReadAsync(job.JobId, cancellationToken) is DocumentReading.Found { Job.Timeout: { } timeout }
            ? $"The job took longer than {timeout:c}."
            : "The job took longer than it may.";
        await ledger.StopJobAsync(job.JobId, StopKind.Timeout, reason, cancellationToken);
        running.Cancel(job.JobId);
    }

    /// <summary>All that was to be done for the job is done: ends it and answers its summary.</summary>
    [Function(FunctionNames.CloseJob)]
    public async Task<JobSummary> CloseJob([ActivityTrigger] JobRef job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        await node.WaitUntilBornAsync(cancellationToken);
        return await closer.CloseAsync(job.JobId, null, cancellationToken);
    }
}
