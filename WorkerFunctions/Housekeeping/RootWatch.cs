using System.Collections.Concurrent;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Jobs;
using Microsoft.DurableTask.Client;

namespace FuncExec.WorkerFunctions.Housekeeping;

/// <summary>
/// Brings a job into the state that its root was brought into by somebody who knows nothing of the ledger: by the management
/// API, or by a failure of the orchestration itself.
/// </summary>
public sealed class RootWatch(IJobLedger ledger, JobControl control, JobCloser closer, JobStarter starter, TimeProvider time)
{
    /// <summary>
    /// A difference in suspension, or what has not been told, counts when it was seen for so long: who suspends a job sets the flag a moment before the
    /// hub's instances follow.
    /// </summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    /// <summary>How long nothing happens in a job before its lanes are looked at: most wait for a time or for a place.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Difference> _differs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Stillness> _still = new(StringComparer.Ordinal);
    private long _round;

    /// <summary>How many jobs were seen to differ from their roots, of late.</summary>
    internal int Differing => _differs.Count;

    /// <summary>Begins a round in which every job that has not finished is looked at.</summary>
    internal void BeginRound() => Interlocked.Increment(ref _round);

    /// <summary>Ends the round: what was not seen to differ in it is a job that has ended by itself, or no longer differs.</summary>
    internal void EndRound()
    {
        long round = Interlocked.Read(ref _round);
        foreach (KeyValuePair<string, Difference> entry in _differs.Where(entry => entry.Value.Round < round))
        {
            _differs.TryRemove(entry); // Unless it was seen anew just now.
        }

        foreach (KeyValuePair<string, Stillness> entry in _still.Where(entry => entry.Value.Round < round))
        {
            _still.TryRemove(entry);
        }
    }

    /// <summary>Looks at the root of a job that has not finished.</summary>
    /// <param name="job">The job.</param>
    /// <param name="client">Tells how the root stands.</param>
    /// <param name="tellAgain">Whether a root that was told to end is told again: each time is one more event in its history.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public async Task LookAsync(JobRecord job, DurableTaskClient client, bool tellAgain, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(client);
        OrchestrationMetadata? root = await client.GetInstanceAsync(job.Id, getInputsAndOutputs: true, cancellationToken);
        switch (root)
        {
            case null when job.State is JobState.Accepted:
                await starter.ScheduleAsync(client, job.Id, cancellationToken);
                break;
            case null:
                await EndAsync(client, job, "It was purged by the management API.", null, cancellationToken);
                break;
            case { RuntimeStatus: OrchestrationRuntimeStatus.Terminated }:
                await EndAsync(client, job, $"It was terminated by the management API{Reason(root)}.", null, cancellationToken);
                break;
            case { RuntimeStatus: OrchestrationRuntimeStatus.Failed } when await control.FindTerminatedLaneAsync(client, job, cancellationToken) is { } lane:
                await EndAsync(client, job, $"Its lane '{lane.InstanceId}' was terminated by the management API{Reason(lane)}.", null, cancellationToken);
                break;
            case { IsCompleted: true }:
                await EndAsync(client, job, "Its orchestration ended before it.", FailureOf(root), cancellationToken);
                break;
            default:
                await FollowAsync(client, job, root, tellAgain, cancellationToken);
                break;
        }
    }

    private async Task EndAsync(DurableTaskClient client, JobRecord job, string reason, string? failure, CancellationToken cancellationToken)
    {
        _differs.TryRemove(job.Id, out _);

        // It may have ended itself between the two looks.
        if (await ledger.GetJobAsync(job.Id, cancellationToken) is null or { State: JobState.Finished })
        {
            return;
        }

        await ledger.StopJobAsync(job.Id, StopKind.Cancel, failure ?? reason, cancellationToken);
        await control.StopLanesAsync(client, job, cancellationToken);

        // Not waiting: others are to be looked at too. It is come back to until nothing runs.
        if (await closer.TryCloseAsync(job.Id, failure, cancellationToken) is null)
        {
            await closer.FreeAsync(job.Id, cancellationToken);
        }
    }

    private async Task FollowAsync(DurableTaskClient client, JobRecord job, OrchestrationMetadata root, bool tellAgain, CancellationToken cancellationToken)
    {
        if (job.Stop is not null)
        {
            // Told when it was asked; told again in case that got lost.
            _differs.TryRemove(job.Id, out _);
            if (tellAgain)
            {
                await control.TellStopAsync(client, job, cancellationToken);
            }

            return;
        }

        bool isSuspended = root.RuntimeStatus is OrchestrationRuntimeStatus.Suspended;
        if ((isSuspended == job.IsSuspended && !job.IsSuspensionUntold) || root.RuntimeStatus is OrchestrationRuntimeStatus.Pending)
        {
            _differs.TryRemove(job.Id, out _);
            if (job is { State: JobState.Started, IsSuspended: false } && job.Counts.Running == 0)
            {
                await LookAtLanesAsync(job, client, cancellationToken);
            }

            return;
        }

        long now = time.GetTimestamp();
        long round = Interlocked.Read(ref _round);
        Difference seen = _differs.AddOrUpdate(
            job.Id,
            static (_, look) => new Difference(look.now, look.round),
            static (_, known, look) => known with { Round = look.round },
            (now, round));
        if (time.GetElapsedTime(seen.Since, now) < Settling)
        {
            return;
        }

        _differs.TryRemove(job.Id, out _);
        if (job.IsSuspensionUntold)
        {
            // Whoever asked was interrupted between the two stores, or the host is behind: what the hub says is older.
            await control.TellSuspensionAsync(client, job, cancellationToken);
        }
        else if (isSuspended)
        {
            await control.SuspendAsync(client, job.Id, cancellationToken);
        }
        else
        {
            await control.ResumeAsync(client, job.Id, cancellationToken);
        }
    }

    private async Task LookAtLanesAsync(JobRecord job, DurableTaskClient client, CancellationToken cancellationToken)
    {
        long now = time.GetTimestamp();
        long round = Interlocked.Read(ref _round);
        Stillness seen = _still.AddOrUpdate(
            job.Id,
            static (_, look) => new Stillness(look.LastEvent, look.now, look.round),
            static (_, known, look) => known.LastEvent == look.LastEvent ? known with { Round = look.round } : new Stillness(look.LastEvent, look.now, look.round),
            (job.LastEvent, now, round));
        if (time.GetElapsedTime(seen.Since, now) >= Idle)
        {
            _still[job.Id] = seen with { Since = now };
            await control.FreeLanesAsync(client, job, cancellationToken);
        }
    }

    private static string Reason(OrchestrationMetadata root) =>
        root.SerializedOutput is { Length: > 0 } output && output != "null" ? $": {output.Trim('"')}" : "";

    private static string FailureOf(OrchestrationMetadata root) =>
        $"its orchestration failed: {root.FailureDetails?.ErrorMessage ?? "no reason was given"}";

    /// <summary>A job that is held while its root is not, or the other way round.</summary>
    /// <param name="Since">When it was first seen.</param>
    /// <param name="Round">In which round it was last seen.</param>
    private readonly record struct Difference(long Since, long Round);

    /// <summary>A job of which nothing runs.</summary>
    /// <param name="LastEvent">Its last event.</param>
    /// <param name="Since">When that was first seen, or its lanes were looked at.</param>
    /// <param name="Round">In which round it was last seen.</param>
    private readonly record struct Stillness(long LastEvent, long Since, long Round);
}
