using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Files.Artifacts;
using FuncExec.WorkerFunctions.Files.Attempts;
using FuncExec.WorkerFunctions.Files.Workspaces;
using FuncExec.WorkerFunctions.Output;
using FuncExec.WorkerFunctions.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Files;

/// <summary>Adds files and output: what jobs bring, write and leave.</summary>
internal static class FilesServices
{
    /// <summary>Adds them. <see cref="IBlobStore"/>, <see cref="JobSignals"/> and <see cref="NodeLife"/> come from elsewhere.</summary>
    public static IServiceCollection AddFiles(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IConfigureOptions<FileLimits>, FileLimitsReader>();
        services.AddOptions<FileLimits>().ValidateOnStart();
        services.AddSingleton(static provider => provider.GetRequiredService<IOptions<FileLimits>>().Value);
        services.AddSingleton(static provider => new DiskSpace(PrivateDirectory.Create(Data(provider)), provider.GetRequiredService<FileLimits>().MinFreeDisk));
        services.AddSingleton(static provider => Trash.Open(Data(provider), provider.GetRequiredService<ILogger<Trash>>()));
        services.AddSingleton(static provider => AttemptDirectories.Open(
            Data(provider),
            provider.GetRequiredService<NodeLife>().Id,
            provider.GetRequiredService<DiskSpace>(),
            provider.GetRequiredService<Trash>(),
            provider.GetRequiredService<ILogger<AttemptDirectories>>()));
        services.AddSingleton(static provider => WorkspaceCache.Open(
            Data(provider),
            provider.GetRequiredService<AttemptDirectories>().Root,
            provider.GetRequiredService<IBlobStore>(),
            provider.GetRequiredService<FileLimits>(),
            provider.GetRequiredService<DiskSpace>(),
            provider.GetRequiredService<Trash>(),
            provider.GetRequiredService<ILogger<WorkspaceCache>>()));
        services.AddSingleton(static provider => new WorkspaceStore(
            Data(provider), provider.GetRequiredService<IBlobStore>(), provider.GetRequiredService<FileLimits>(), provider.GetRequiredService<DiskSpace>()));
        services.AddSingleton<ArtifactCollector>().AddSingleton<ArtifactLayout>().AddSingleton<ArtifactZip>().AddSingleton<OutputReader>();
        services.AddSingleton(static provider => new TaskOutputs(
            provider.GetRequiredService<IBlobStore>(),
            provider.GetRequiredService<JobSignals>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<FileLimits>().OutputLimit,
            provider.GetRequiredService<ILogger<TaskOutputs>>()));
        return services;
    }

    private static string Data(IServiceProvider provider) => provider.GetRequiredService<IOptions<AppOptions>>().Value.DataDirectory;
}
