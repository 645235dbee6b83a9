using FuncExec.ExecutorPlugins.Command;
using FuncExec.ExecutorPlugins.Processes;
using Microsoft.Extensions.DependencyInjection;
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
        services.AddSingleton(static provider => new CommandExecutorOptions { KillGrace = Settings(provider).KillGrace });
        services.AddSingleton(static provider => new ProcessRunnerOptions
        {
            SurvivorsDirectory = Path.Combine(AppDataDirectory.Create(Settings(provider)), "survivors"),
            KillGrace = Settings(provider).KillGrace,
        });
        return services;
    }

    private static AppOptions Settings(IServiceProvider provider) => provider.GetRequiredService<IOptions<AppOptions>>().Value;
}
