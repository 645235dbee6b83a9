using FuncExec.Runtime.Hubs;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Engine;

// Deleting what has finished.
internal sealed partial class EngineClient
{
    /// <inheritdoc/>
    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        NotOffered(options);
        PurgeOutcome outcome = await node.Hub.PurgeInstanceAsync(instanceId, cancellation).ConfigureAwait(false);
        return new PurgeResult(outcome == PurgeOutcome.Purged ? 1 : 0, true);
    }

    /// <inheritdoc/>
    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        NotOffered(options);
        InstanceStatus[] finished = [.. (filter.Statuses?.Select(ToStored) ?? [InstanceStatus.Completed, InstanceStatus.Failed, InstanceStatus.Terminated])
            .Where(status => status.IsFinished())];
        int purged = 0;
        long limit = filter.Timeout is { } timeout ? Environment.TickCount64 + (long)timeout.TotalMilliseconds : long.MaxValue;
        for (long? after = finished.Length == 0 ? null : 0; after is not null;)
        {
            InstancePage page = await node.Hub.QueryInstancesAsync(
                new InstanceQuery { CreatedFrom = filter.CreatedFrom, CreatedTo = filter.CreatedTo, Statuses = finished, AfterKey = after.Value },
                cancellation).ConfigureAwait(false);
            PurgeOutcome[] outcomes = await Task.WhenAll(
                page.Items.Select(record => node.Hub.PurgeInstanceAsync(record.InstanceId, cancellation))).ConfigureAwait(false);
            purged += outcomes.Count(outcome => outcome == PurgeOutcome.Purged);
            after = page.NextAfterKey;
            if (after is not null && Environment.TickCount64 > limit)
            {
                return new PurgeResult(purged, false);
            }
        }

        return new PurgeResult(purged, true);
    }

    private static void NotOffered(PurgeInstanceOptions? options)
    {
        if (options?.Recursive == true)
        {
            throw new NotSupportedException("PurgeInstanceOptions.Recursive is not offered by this runtime yet: purge the children one by one.");
        }
    }
}
