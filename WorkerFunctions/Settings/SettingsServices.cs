using FuncExec.ExecutorPlugins.Command;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Settings;

/// <summary>Adds the app's settings and what is made of them.</summary>
internal static class SettingsServices
{
    /// <summary>Adds them; they are read and checked at start.</summary>
    public static IServiceCollection AddSettings(this IServiceCollection services)
    {
        services.AddSingleton<IConfigureOptions<AppOptions>, AppOptionsReader>();
        services.AddOptions<AppOptions>().ValidateOnStart();
        services.AddSingleton(static provider => WorkDirectory.Open(
            provider.GetRequiredService<IOptions<AppOptions>>().Value.DataDirectory, provider.GetRequiredService<ILogger<WorkDirectory>>()));
        services.AddSingleton(static provider => new CommandExecutorOptions
        {
            WorkRoot = provider.GetRequiredService<WorkDirectory>().FullPath,
            KillGrace = provider.GetRequiredService<IOptions<AppOptions>>().Value.KillGrace,
        });
        return services;
    }
}
