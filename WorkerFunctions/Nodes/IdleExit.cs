using FuncExec.WorkerFunctions.Settings;
using FuncExec.WorkerFunctions.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Nodes;

/// <summary>
/// Ends a worker that has run no task for a set time. Nobody has told it to end: a task that it took in that very moment it runs to its
/// end, however long that takes.
/// </summary>
internal sealed partial class IdleExit(
    RunningTasks running, NodeDrain drain, IHostApplicationLifetime lifetime, IOptions<AppOptions> options, TimeProvider time, ILogger<IdleExit> logger)
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

        await WhenStartedAsync(stoppingToken);
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
        drain.Close();
        await WhenQuietAsync(timer, stoppingToken);
        lifetime.StopApplication();
    }

    // A node that still starts is not idle, however long that takes.
    private async Task WhenStartedAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken);
    }

    // What was leased before the node closed enters at once: a look without any is enough.
    private async Task WhenQuietAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        long seen;
        do
        {
            seen = running.Entered;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
        while (running.Count > 0 || running.Entered != seen);
    }

    [LoggerMessage(4031, LogLevel.Information, "This worker has found nothing to do for {Time}, and ends.")]
    private partial void Idle(TimeSpan time);
}
