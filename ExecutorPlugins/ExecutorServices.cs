using FuncExec.ExecutorPlugins.Command;
using FuncExec.ExecutorPlugins.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace FuncExec.ExecutorPlugins;

/// <summary>Adds executors to a service collection.</summary>
public static class ExecutorServices
{
    /// <summary>
    /// Adds the registry and the built-in executors. One of your own is one line more:
    /// <c>services.AddSingleton&lt;IExecutor, MyExecutor&gt;()</c>. <see cref="CommandExecutorOptions"/> must be registered.
    /// </summary>
    public static IServiceCollection AddExecutors(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => ProcessRunner.Create(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>(), provider.GetService<ProcessRunnerOptions>() ?? new ProcessRunnerOptions()));
        services.AddSingleton<IExecutor, CommandExecutor>();
        services.TryAddSingleton<ExecutorRegistry>();
        return services;
    }
}
