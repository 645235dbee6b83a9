using FuncExec.WorkerFunctions.Nodes;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FuncExec.WorkerFunctions.Housekeeping;

/// <summary>What happens by the clock, on one node.</summary>
public sealed class HousekeepingFunctions(Sweeper sweeper, NodeHeart node)
{
    /// <summary>Each second: the roots of jobs of which something runs.</summary>
    [Function("WatchJobs")]
    public async Task WatchJobs(
        [TimerTrigger("* * * * * *", UseMonitor = false)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        await node.WaitUntilBornAsync(cancellationToken);
        await sweeper.WatchRunningAsync(client, cancellationToken);
    }

    /// <summary>Every five seconds: everything else.</summary>
    [Function("SweepJobs")]
    public async Task SweepJobs(
        [TimerTrigger("*/5 * * * * *", UseMonitor = false)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        await node.WaitUntilBornAsync(cancellationToken);
        await sweeper.SweepAsync(client, cancellationToken);
    }
}
