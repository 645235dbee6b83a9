using FuncExec.WorkerFunctions.Settings;
using FuncExec.WorkerFunctions.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Nodes;

/// <summary>Ends a worker that has run no task for a set time. It stops as at any other stop, so what comes meanwhile is not lost.</summary>
internal sealed partial class IdleExit(
    RunningTasks running, IHostApplicationLifetime lifetime, IOptions<AppOptions> options, TimeProvider time, ILogger<IdleExit> logger)
    : BackgroundService
{
    /// <summary>How often it looks at most.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.ExitWhenIdle is not { } limit)
        {
            return;
        }

        using PeriodicTimer timer = new(limit / 4 < s_interval ? limit / 4 : s_interval, time);
        long seen = running.Entered;
        long since = time.GetTimestamp();
        while (time.GetElapsedTime(since) < limit)
        {
            await timer.WaitForNextTickAsync(stoppingToken);
            if (running.Count > 0 || running.Entered != seen)
            {
                seen = running.Entered;
                since = time.GetTimestamp();
            }
        }

        Idle(limit);
        lifetime.StopApplication();
    }

    [LoggerMessage(4031, LogLevel.Information, "This worker has found nothing to do for {Time}, and ends.")]
    private partial void Idle(TimeSpan time);
}
