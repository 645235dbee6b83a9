using FuncExec.Ledger;
using FuncExec.Orchestrator;
using FuncExec.Orchestrator.Planning;
using FuncExec.WorkerFunctions.Settings;
using FuncExec.WorkerFunctions.Tasks;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>Cancels, holds and lets go on. The ledger's flag is what counts; the hub is told so that it happens at once.</summary>
public sealed class JobControl(IJobLedger ledger, JobDocuments documents, RunningTasks running, IOptions<AppOptions> options, TimeProvider time)
{
    /// <summary>The output of a lane that was terminated here.</summary>
    private const string JobHasEnded = "The job has ended.";

    /// <summary>How often, and in which distance, a root that was told is looked at before it is left to the watch.</summary>
    private const int Looks = 20;

    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(10);

    /// <summary>Asks that a job end. Idempotent while it has not finished.</summary>
    /// <param name="client">Tells the orchestration.</param>
    /// <param name="jobId">The job.</param>
    /// <param name="reason">Why, at most 1,024 characters; or null.</param>
    /// <param name="cancellationToken">Ends the asking; a flag that was set stays.</param>
    public async Task<JobControlOutcome> CancelAsync(DurableTaskClient client, string jobId, string? reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        StopJobOutcome outcome = await ledger.StopJobAsync(jobId, StopKind.Cancel, reason, cancellationToken);
        if (outcome is StopJobOutcome.Finished)
        {
            return new JobControlOutcome.WrongState("The job has finished.");
        }

        if (outcome is StopJobOutcome.NotFound || await ledger.GetJobAsync(jobId, cancellationToken) is not { } job)
        {
            return new JobControlOutcome.NotFound();
        }

        running.Cancel(jobId);
        await TellStopAsync(client, job, cancellationToken);
        await ResumeHeldLanesAsync(client, job, cancellationToken);
        return new JobControlOutcome.Done(job);
    }

    /// <summary>Holds a job: what runs goes on to its end, nothing starts.</summary>
    public async Task<JobControlOutcome> SuspendAsync(DurableTaskClient client, string jobId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        JobControlOutcome outcome = await SetSuspendedAsync(jobId, true, cancellationToken);
        if (outcome is JobControlOutcome.Done done)
        {
            await TellSuspensionAsync(client, done.Job, cancellationToken);
        }

        return outcome;
    }

    /// <summary>Lets a held job go on.</summary>
    public async Task<JobControlOutcome> ResumeAsync(DurableTaskClient client, string jobId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        JobControlOutcome outcome = await SetSuspendedAsync(jobId, false, cancellationToken);
        if (outcome is JobControlOutcome.Done done)
        {
            await TellSuspensionAsync(client, done.Job, cancellationToken);
        }

        return outcome;
    }

    /// <summary>Tells root and lanes of a job that has the flag to end. May be repeated.</summary>
    internal async Task TellStopAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        // The flag follows the management API a few seconds later, and a root that is held hears nothing.
        if (job.IsSuspended || await client.GetInstanceAsync(job.Id, cancellationToken) is { RuntimeStatus: OrchestrationRuntimeStatus.Suspended })
        {
            await ResumeInstancesAsync(client, job, cancellationToken);
        }

        await RaiseAsync(client, job.Id, FunctionNames.CancelEvent, cancellationToken);
    }

    /// <summary>
    /// Tells root and lanes whether the job is held, and notes that they know once the root is seen to follow: until then a
    /// difference between the two is a host that is behind, by minutes after a crash, and not somebody's who knows nothing of
    /// the ledger. May be repeated.
    /// </summary>
    internal async Task TellSuspensionAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        for (bool isTold = false; !isTold;)
        {
            if (job.IsSuspended)
            {
                await SuspendInstancesAsync(client, job, cancellationToken);
            }
            else
            {
                await ResumeInstancesAsync(client, job, cancellationToken);
            }

            // Whoever asked for the opposite meanwhile may have told it before this came to its end.
            JobRecord? now = await ledger.GetJobAsync(job.Id, cancellationToken);
            isTold = now is null or { State: JobState.Finished } || now.IsSuspended == job.IsSuspended;
            job = now ?? job;
        }

        if (await FollowsAsync(client, job, cancellationToken))
        {
            await ledger.ConfirmSuspensionAsync(job.Id, job.IsSuspended, cancellationToken);
        }
    }

    /// <summary>The lane of a job that somebody terminated who knows nothing of the ledger, or null.</summary>
    internal async Task<OrchestrationMetadata?> FindTerminatedLaneAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        foreach (string lane in await LanesAsync(job, cancellationToken))
        {
            if (await client.GetInstanceAsync(lane, getInputsAndOutputs: true, cancellationToken)
                is { RuntimeStatus: OrchestrationRuntimeStatus.Terminated } found && found.SerializedOutput?.Trim('"') != JobHasEnded)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>
    /// Lets lanes go on that are held although their job is not: somebody who asked for that was interrupted for so long that the job had been
    /// let go on by others.
    /// </summary>
    internal async Task FreeLanesAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        foreach (string lane in await LanesAsync(job, cancellationToken))
        {
            if (await client.GetInstanceAsync(lane, cancellationToken) is { RuntimeStatus: OrchestrationRuntimeStatus.Suspended })
            {
                await ResumeInstancesAsync(client, job, cancellationToken);
                return;
            }
        }
    }

    /// <summary>Tells the lanes of a job whose root can no longer do it.</summary>
    internal async Task StopLanesAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        foreach (string lane in await LanesAsync(job, cancellationToken))
        {
            await TellAsync(client, lane, () => client.TerminateInstanceAsync(lane, JobHasEnded, cancellationToken), cancellationToken);
        }
    }

    /// <summary>Removes root and lanes of a finished job from the hub.</summary>
    internal async Task PurgeInstancesAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        foreach (string lane in await LanesAsync(job, cancellationToken))
        {
            await client.PurgeInstanceAsync(lane, cancellationToken);
        }

        await client.PurgeInstanceAsync(job.Id, cancellationToken);
    }

    internal async Task SuspendInstancesAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        foreach (string instance in (await LanesAsync(job, cancellationToken)).Prepend(job.Id))
        {
            await TellAsync(
                client, instance, () => client.SuspendInstanceAsync(instance, "The job was suspended.", cancellationToken), cancellationToken,
                static found => found.RuntimeStatus is OrchestrationRuntimeStatus.Suspended);
        }
    }

    internal async Task ResumeInstancesAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        foreach (string instance in (await LanesAsync(job, cancellationToken)).Append(job.Id))
        {
            await TellAsync(
                client, instance, () => client.ResumeInstanceAsync(instance, "The job was resumed.", cancellationToken), cancellationToken, IsLetGo);
            if (instance != job.Id)
            {
                await RaiseAsync(client, instance, FunctionNames.ResumeEvent, cancellationToken);
            }
        }
    }

    /// <summary>A lane that was suspended by the management API hears nothing of the end, and would be left behind in the hub.</summary>
    private async Task ResumeHeldLanesAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        foreach (string lane in await LanesAsync(job, cancellationToken))
        {
            if (await client.GetInstanceAsync(lane, cancellationToken) is { RuntimeStatus: OrchestrationRuntimeStatus.Suspended })
            {
                await TellAsync(client, lane, () => client.ResumeInstanceAsync(lane, "The job is to end.", cancellationToken), cancellationToken, IsLetGo);
            }
        }
    }

    private static Task RaiseAsync(DurableTaskClient client, string instanceId, string eventName, CancellationToken cancellationToken) =>
        TellAsync(client, instanceId, () => client.RaiseEventAsync(instanceId, eventName, null, cancellationToken), cancellationToken);

    private static bool IsLetGo(OrchestrationMetadata found) => found.RuntimeStatus is not OrchestrationRuntimeStatus.Suspended;

    /// <summary>
    /// Tells an instance that has not finished. One that finishes just then need not be told, nor one that has come to what it is
    /// told; hosts refuse both, each in its own way.
    /// </summary>
    private static async Task TellAsync(
        DurableTaskClient client, string instanceId, Func<Task> tell, CancellationToken cancellationToken, Func<OrchestrationMetadata, bool>? isSo = null)
    {
        if (!await IsUnderWayAsync(client, instanceId, cancellationToken))
        {
            return;
        }

        try
        {
            await tell();
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            if (await client.GetInstanceAsync(instanceId, cancellationToken) is { IsCompleted: false } found && isSo?.Invoke(found) is not true)
            {
                throw;
            }
        }
    }

    /// <summary>Whether the root is as the job is, or there is none any more that could be.</summary>
    private async Task<bool> FollowsAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        for (int look = 0; look < Looks; look++)
        {
            if (await client.GetInstanceAsync(job.Id, cancellationToken) is not { IsCompleted: false } root
                || (root.RuntimeStatus is OrchestrationRuntimeStatus.Suspended) == job.IsSuspended)
            {
                return true;
            }

            await Task.Delay(LookPause, time, cancellationToken);
        }

        return false;
    }

    private static async Task<bool> IsUnderWayAsync(DurableTaskClient client, string instanceId, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(instanceId, cancellationToken) is { IsCompleted: false };

    private async Task<JobControlOutcome> SetSuspendedAsync(string jobId, bool suspended, CancellationToken cancellationToken)
    {
        SuspendJobOutcome outcome = await ledger.SetSuspendedAsync(jobId, suspended, cancellationToken);
        JobRecord? job = outcome is SuspendJobOutcome.NotFound ? null : await ledger.GetJobAsync(jobId, cancellationToken);
        return (outcome, job) switch
        {
            (_, null) => new JobControlOutcome.NotFound(),
            (SuspendJobOutcome.Finished, _) => new JobControlOutcome.WrongState("The job has finished."),
            (SuspendJobOutcome.Stopping, _) => new JobControlOutcome.WrongState("The job is being ended."),
            (SuspendJobOutcome.Unchanged, _) when !suspended => new JobControlOutcome.WrongState("The job is not suspended."),
            _ => new JobControlOutcome.Done(job),
        };
    }

    /// <summary>Without its document nobody knows how wide the job was: then these are all lanes that it can have had.</summary>
    private async Task<IReadOnlyList<string>> LanesAsync(JobRecord job, CancellationToken cancellationToken) =>
        await documents.ReadAsync(job.Id, cancellationToken) is DocumentReading.Found found
            ? [.. Lanes.IdsOf(job.Id, JobPlans.Of(found.Job, null, options.Value))]
            :
            [
                .. job.Steps.SelectMany(step => Enumerable
                    .Range(0, (step.Counts.Total + Lanes.Widest - 1) / Lanes.Widest)
                    .Select(lane => Lanes.IdOf(job.Id, step.Name, lane))),
            ];
}
