using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Tasks;
using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Housekeeping;

/// <summary>
/// Follows the jobs of which something runs here, each second, and ends what runs of one that is to end. What is asked of
/// this process is ended at once, without waiting for this. It goes on for as long as the node lives: what runs on while that drains may
/// be cancelled too.
/// </summary>
public sealed partial class StopWatcher(IJobLedger ledger, RunningTasks running, TimeProvider time, ILogger<StopWatcher> logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>Follows them until it is told to end.</summary>
    internal async Task FollowAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await LookAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The node's life ends.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (string jobId in running.Jobs)
            {
                if (await ledger.GetJobAsync(jobId, cancellationToken) is null or { Stop: not null } or { State: JobState.Finished })
                {
                    running.Cancel(jobId);
                }
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested) // One look that fails must not end the service.
        {
            NotLooked(logger, exception);
        }
    }
}
