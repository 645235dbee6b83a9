using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Hosting;

/// <summary>
/// Ends a worker whose Functions host has died. The host starts the worker as a process of its own, and when it is killed nobody
/// tells the worker: it would go on with its commands, unreachable, beside the one that the next host starts. On Windows
/// the system ends it with its host, so there is nothing to watch.
/// </summary>
internal sealed partial class HostWatch(IHostApplicationLifetime lifetime, TimeProvider time, ILogger<HostWatch> logger) : BackgroundService
{
    /// <summary>How often it looks.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly int _host = Parent();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(s_interval, time);
        while (_host == Parent())
        {
            await timer.WaitForNextTickAsync(stoppingToken);
        }

        LogGone(_host);
        lifetime.StopApplication();
    }

    private static int Parent() => OperatingSystem.IsWindows() ? 0 : ParentId();

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int ParentId();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The Functions host (process {HostId}) has ended without stopping this worker, which stops now.")]
    private partial void LogGone(int hostId);
}
