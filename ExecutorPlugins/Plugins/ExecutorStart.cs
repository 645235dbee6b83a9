using FuncExec.ExecutorPlugins.Processes;
using Microsoft.Extensions.Hosting;

namespace FuncExec.ExecutorPlugins.Plugins;

/// <summary>
/// Makes executors and runner with the start of the service, not with its first task: wrong settings end the start, and
/// what an earlier life has left is ended at once.
/// </summary>
internal sealed class ExecutorStart : IHostedService
{
    public ExecutorStart(ExecutorRegistry registry, IProcessRunner runner)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(runner);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
