using System.Diagnostics;
using FuncExec.Ledger;
using FuncExec.Orchestrator;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;
using FuncExec.WorkerFunctions.Settings;
using FuncExec.WorkerFunctions.Telemetry;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>Accepts jobs and starts their orchestrations.</summary>
public sealed partial class JobStarter(
    IJobLedger ledger, IBlobStore blobs, JobDocuments documents, JobTraces traces, IOptions<AppOptions> options, ILogger<JobStarter> logger)
{
    /// <summary>
    /// Accepts a job: once this has answered, it will run whatever happens. Its orchestration is started too; if that
    /// fails, the sweeper does it.
    /// </summary>
    /// <param name="request">The job; its content in the blob store, if any, is there already under its id.</param>
    /// <param name="client">Starts the orchestration.</param>
    /// <param name="cancellationToken">Ends the attempt; what was stored of a job that is not accepted is deleted.</param>
    public async Task<CreateJobOutcome> StartAsync(JobRequest request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        ReadOnlyMemory<byte>? inline = await documents.StoreAsync(request.Id, request.Job, cancellationToken);
        bool isTraced = await traces.KeepAsync(request.Id, cancellationToken);
        NewJob job = new()
        {
            Id = request.Id,
            Name = request.Job.Name,
            Steps = [.. request.Job.Steps.Select(static step => new NewStep(step.Name, step.Tasks.Count))],
            Document = inline,
            Workspace = request.Workspace?.Hash,
            StoredBytes = request.Workspace?.Size ?? 0,
            Idempotency = request.Idempotency,
        };
        CreateJobOutcome outcome = await ledger.CreateJobAsync(job, JobAdmission.BoundFor(request.Job, options.Value.MaxConcurrentJobs), cancellationToken);
        if (outcome is CreateJobOutcome.Created)
        {
            // From here on it is accepted, whether the caller waits or not.
            await ScheduleAsync(client, request.Id, CancellationToken.None);
        }
        else
        {
            documents.Forget(request.Id);
            if (inline is null || request.Workspace is not null || isTraced)
            {
                await blobs.DeleteJobAsync(request.Id, CancellationToken.None);
            }
        }

        return outcome;
    }

    /// <summary>Starts the orchestration of an accepted job, unless it runs already. What fails is logged; the sweeper comes by.</summary>
    internal async Task ScheduleAsync(DurableTaskClient client, string jobId, CancellationToken cancellationToken)
    {
        try
        {
            // An id in use is a start that has happened before.
            if (await client.GetInstanceAsync(jobId, cancellationToken) is null)
            {
                // Who accepted the job is in its trace; whoever does it in its place goes on in it.
                using Activity? trace = JobTraces.Enter(JobTraces.Current is null ? await traces.FindAsync(jobId, cancellationToken) : null);
                await client.ScheduleNewOrchestrationInstanceAsync(
                    FunctionNames.RunJob, new JobRef(jobId), new StartOrchestrationOptions(jobId), cancellationToken);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException) // Whatever the host's client throws: the job is safe in the ledger.
        {
            NotScheduled(logger, jobId, exception);
        }
    }
}
