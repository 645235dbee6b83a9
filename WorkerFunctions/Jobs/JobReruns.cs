using System.Diagnostics;
using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Output;
using FuncExec.WorkerFunctions.Settings;
using FuncExec.WorkerFunctions.Telemetry;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>
/// Makes, of a finished job, a new one that runs its failed, timed-out, cancelled and skipped tasks and keeps results,
/// output and artifacts of the others. What is kept is shared first, then noted, so that a job that can start has it all.
/// </summary>
public sealed class JobReruns(
    IJobLedger ledger, IBlobStore blobs, JobDocuments documents, JobStarter starter, JobTraces traces, IOptions<AppOptions> options)
{
    private const int Batch = 500;

    /// <summary>Makes and starts it.</summary>
    /// <param name="client">Starts its orchestration.</param>
    /// <param name="jobId">The finished job.</param>
    /// <param name="cancellationToken">Ends the making; a row that was made by then is finished or removed by the sweeper.</param>
    public async Task<JobControlOutcome> RerunAsync(DurableTaskClient client, string jobId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (await ledger.GetJobAsync(jobId, cancellationToken) is not { } origin)
        {
            return new JobControlOutcome.NotFound();
        }

        if (origin.State is not JobState.Finished)
        {
            return new JobControlOutcome.WrongState("The job has not finished.");
        }

        if (origin.Counts.Succeeded == origin.Counts.Total)
        {
            return new JobControlOutcome.WrongState("Every task of the job succeeded: there is nothing to run again.");
        }

        if (await documents.ReadAsync(jobId, cancellationToken) is DocumentReading.Damaged damaged)
        {
            return new JobControlOutcome.WrongState($"The job's stored document is damaged: {damaged.What}.");
        }

        string id = JobIds.New(ledger.Now);
        ActivityLink[] links = await traces.FindAsync(jobId, cancellationToken) is { } before ? [new ActivityLink(before)] : [];
        using Activity? span = AppTelemetry.Source.StartActivity("rerun", ActivityKind.Internal, default(ActivityContext), links: links);
        (ReadOnlyMemory<byte>? inline, bool isThere) = await documents.ShareAsync(jobId, id, cancellationToken);
        if (!isThere)
        {
            return new JobControlOutcome.NotFound();
        }

        NewJob job = new()
        {
            Id = id,
            Name = origin.Name,
            Steps = [.. origin.Steps.Select(static step => new NewStep(step.Name, step.Counts.Total))],
            Document = inline,
            Workspace = origin.Workspace,
            RerunOf = jobId,
        };
        await traces.KeepAsync(id, cancellationToken);
        CreateJobOutcome outcome = await ledger.CreateJobAsync(job, options.Value.MaxConcurrentJobs, cancellationToken);
        if (outcome is not CreateJobOutcome.Created created)
        {
            await blobs.DeleteJobAsync(id, CancellationToken.None);
            return new JobControlOutcome.TooMany();
        }

        return await PrepareAsync(client, created.Job, cancellationToken) is { } prepared
            ? new JobControlOutcome.Done(prepared)
            : new JobControlOutcome.NotFound();
    }

    /// <summary>
    /// Goes on with a job that is being prepared, from the start; answers it when it is accepted, or null when what it reruns
    /// is gone: it is deleted then.
    /// </summary>
    internal async Task<JobRecord?> PrepareAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        string origin = job.RerunOf!;
        if (await ledger.GetJobAsync(origin, cancellationToken) is null || !await ShareAsync(origin, job, cancellationToken))
        {
            await blobs.DeleteJobAsync(job.Id, cancellationToken);
            while (await ledger.DeleteJobAsync(job.Id, Batch, cancellationToken) is DeleteJobOutcome.More)
            {
            }

            return null;
        }

        while (await ledger.CopySucceededAsync(job.Id, Batch, cancellationToken))
        {
        }

        await starter.ScheduleAsync(client, job.Id, cancellationToken);
        return await ledger.GetJobAsync(job.Id, cancellationToken);
    }

    private async Task<bool> ShareAsync(string origin, JobRecord job, CancellationToken cancellationToken)
    {
        if (job.Workspace is { } workspace && !await blobs.ShareContentAsync(origin, job.Id, workspace, cancellationToken))
        {
            return false;
        }

        string? after = null;
        do
        {
            LedgerPage<ArtifactRecord> page = await ledger.ListArtifactsAsync(origin, null, after, Batch, cancellationToken);
            foreach (ArtifactRecord artifact in page.Items)
            {
                await blobs.ShareContentAsync(origin, job.Id, artifact.Hash, cancellationToken);
            }

            after = page.Next;
        }
        while (after is not null);

        TaskFilter succeeded = new(Status: JobTaskStatus.Succeeded);
        do
        {
            LedgerPage<TaskRecord> page = await ledger.ListTasksAsync(origin, succeeded, after, Batch, cancellationToken);
            foreach (TaskRecord task in page.Items)
            {
                await ShareOutputAsync(task, job.Id, cancellationToken);
            }

            after = page.Next;
        }
        while (after is not null);
        return true;
    }

    private async Task ShareOutputAsync(TaskRecord task, string toJobId, CancellationToken cancellationToken)
    {
        if (task.Stdout.Kept > 0)
        {
            await blobs.ShareAsync(OutputNames.Of(task.Key, task.Attempt, task.OutputToken, OutputStream.Stdout), toJobId, cancellationToken);
        }

        if (task.Stderr.Kept > 0)
        {
            await blobs.ShareAsync(OutputNames.Of(task.Key, task.Attempt, task.OutputToken, OutputStream.Stderr), toJobId, cancellationToken);
        }
    }
}
