using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Nodes;
using FuncExec.WorkerFunctions.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Housekeeping;

/// <summary>
/// Follows the jobs of which something runs here, each second, and ends what runs of one that is to end. What is asked of
/// this process is ended at once, without waiting for this.
/// </summary>
public sealed partial class StopWatcher(
    IJobLedger ledger, RunningTasks running, NodeHeart node, TimeProvider time, ILogger<StopWatcher> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await node.WaitUntilBornAsync(stoppingToken);
        using PeriodicTimer timer = new(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (string jobId in running.Jobs)
                {
                    if (await ledger.GetJobAsync(jobId, stoppingToken) is null or { Stop: not null } or { State: JobState.Finished })
                    {
                        running.Cancel(jobId);
                    }
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested) // One look that fails must not end the service.
            {
                NotLooked(logger, exception);
            }
        }
    }
}
