using FuncExec.Ledger;
using Microsoft.DurableTask.Client;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>
/// Deletes finished jobs with all that belongs to them: from the first step on nobody sees the job, then its instances, its
/// files and its rows go, in bounded batches. What is interrupted goes on where it was.
/// </summary>
public sealed class JobDeletion(IJobLedger ledger, IBlobStore blobs, JobControl control, JobDocuments documents)
{
    private const int Batch = 1_000;

    /// <summary>Deletes a job; answers <see cref="DeleteJobOutcome.Deleted"/> when it is gone.</summary>
    /// <param name="client">Forgets its orchestrations.</param>
    /// <param name="job">The job as it stood; a deletion that goes on has it from the ledger's list of those.</param>
    /// <param name="cancellationToken">Ends the deleting; it goes on another time.</param>
    public async Task<DeleteJobOutcome> DeleteAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(job);
        string jobId = job.Id;

        // Loaded while it can be: it names the instances. Without it the job's steps do.
        await documents.ReadAsync(jobId, cancellationToken);
        DeleteJobOutcome outcome = await ledger.DeleteJobAsync(jobId, 1, cancellationToken);
        if (outcome is not (DeleteJobOutcome.More or DeleteJobOutcome.Deleted))
        {
            return outcome;
        }

        await control.PurgeInstancesAsync(client, job, cancellationToken);
        await blobs.DeleteJobAsync(jobId, cancellationToken);
        while (outcome is DeleteJobOutcome.More)
        {
            outcome = await ledger.DeleteJobAsync(jobId, Batch, cancellationToken);
        }

        documents.Forget(jobId);
        return DeleteJobOutcome.Deleted;
    }
}
