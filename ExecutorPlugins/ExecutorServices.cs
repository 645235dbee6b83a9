using FuncExec.ExecutorPlugins.Command;
using FuncExec.ExecutorPlugins.Command.Policy;
using FuncExec.ExecutorPlugins.Http;
using FuncExec.ExecutorPlugins.Plugins;
using FuncExec.ExecutorPlugins.Processes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace FuncExec.ExecutorPlugins;

/// <summary>Adds executors to a service collection.</summary>
public static class ExecutorServices
{
    /// <summary>
    /// Adds the registry, the built-in executors and those of the assemblies that the settings name. One of your own is
    /// one line more: <c>services.AddSingleton&lt;IExecutor, MyExecutor&gt;()</c>. An <see cref="IConfiguration"/> must be
    /// registered; <see cref="CommandExecutorOptions"/> and <see cref="ProcessRunnerOptions"/> may be. Wrong settings end
    /// the start of the host.
    /// </summary>
    public static IServiceCollection AddExecutors(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(static _ => new CommandExecutorOptions());
        services.TryAddSingleton(static _ => new ProcessRunnerOptions());
        services.TryAddSingleton(static provider => CommandPolicyOptions.From(provider.GetRequiredService<IConfiguration>()));
        services.TryAddSingleton(static provider => ProcessRunner.Create(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<ProcessRunnerOptions>()));
        services.TryAddSingleton(static provider => HttpExecutorOptions.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<IExecutor, CommandExecutor>();
        services.AddSingleton<IExecutor, HttpExecutor>();
        services.TryAddSingleton(static provider =>
            new RegistryBuilder(provider.GetRequiredService<IConfiguration>(), provider, provider.GetRequiredService<TimeProvider>())
                .Build(provider.GetServices<IExecutor>()));
        services.AddHostedService<ExecutorStart>();
        return services;
    }
}
