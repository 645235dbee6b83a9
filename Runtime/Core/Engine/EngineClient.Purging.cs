using FuncExec.Runtime.Hubs;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Engine;

// Deleting what has finished.
internal sealed partial class EngineClient
{
    /// <summary>How many instances are deleted side by side: they share commits.</summary>
    private const int PurgeBatch = 1_000;

    /// <inheritdoc/>
    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        if (options?.Recursive != true)
        {
            return new PurgeResult(await PurgeAsync([instanceId], cancellation).ConfigureAwait(false), true);
        }

        return await node.Hub.FindInstanceAsync(instanceId, cancellation).ConfigureAwait(false) is { } root
            ? await PurgeTreesAsync([root], cancellation).ConfigureAwait(false)
            : new PurgeResult(0, true);
    }

    /// <inheritdoc/>
    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        InstanceStatus[] finished = [.. (filter.Statuses?.Select(ToStored) ?? [InstanceStatus.Completed, InstanceStatus.Failed, InstanceStatus.Terminated])
            .Where(status => status.IsFinished())];
        int purged = 0;
        bool isComplete = true;
        long limit = filter.Timeout is { } timeout ? Environment.TickCount64 + (long)timeout.TotalMilliseconds : long.MaxValue;
        for (long? after = finished.Length == 0 ? null : 0; after is not null;)
        {
            InstancePage page = await node.Hub.QueryInstancesAsync(
                new InstanceQuery { CreatedFrom = filter.CreatedFrom, CreatedTo = filter.CreatedTo, Statuses = finished, AfterKey = after.Value },
                cancellation).ConfigureAwait(false);
            if (options?.Recursive == true)
            {
                PurgeResult trees = await PurgeTreesAsync(page.Items, cancellation).ConfigureAwait(false);
                purged += trees.PurgedInstanceCount;
                isComplete &= trees.IsComplete == true;
            }
            else
            {
                purged += await PurgeAsync([.. page.Items.Select(static record => record.InstanceId)], cancellation).ConfigureAwait(false);
            }

            after = page.NextAfterKey;
            if (after is not null && Environment.TickCount64 > limit)
            {
                return new PurgeResult(purged, false);
            }
        }

        return new PurgeResult(purged, isComplete);
    }

    /// <summary>
    /// Deletes finished instances with their children, theirs, and so on: the lowest first, so that after a crash the rest is
    /// still found. What has not finished stays, with its own children; then the result is not complete.
    /// </summary>
    private async Task<PurgeResult> PurgeTreesAsync(IReadOnlyList<InstanceRecord> roots, CancellationToken cancellation)
    {
        var levels = new Stack<List<string>>();
        bool isComplete = true;
        List<InstanceRecord> level = [.. roots.Where(static root => root.Status.IsFinished())];
        while (level.Count > 0)
        {
            levels.Push(level.ConvertAll(static instance => instance.InstanceId));
            List<InstanceRecord> children = [];
            foreach (InstanceRecord parent in level)
            {
                await foreach (InstanceRecord child in Family.ChildrenAsync(node, parent, cancellation).ConfigureAwait(false))
                {
                    isComplete &= child.Status.IsFinished();
                    children.Add(child);
                }
            }

            level = children.FindAll(static child => child.Status.IsFinished());
        }

        int purged = 0;
        foreach (List<string> instances in levels)
        {
            purged += await PurgeAsync(instances, cancellation).ConfigureAwait(false);
        }

        return new PurgeResult(purged, isComplete);
    }

    private async Task<int> PurgeAsync(IReadOnlyList<string> instanceIds, CancellationToken cancellation)
    {
        int purged = 0;
        foreach (string[] batch in instanceIds.Chunk(PurgeBatch))
        {
            PurgeOutcome[] outcomes = await Task.WhenAll(
                batch.Select(instanceId => node.Hub.PurgeInstanceAsync(instanceId, cancellation))).ConfigureAwait(false);
            purged += outcomes.Count(static outcome => outcome == PurgeOutcome.Purged);
        }

        return purged;
    }
}
