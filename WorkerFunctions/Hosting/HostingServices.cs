using Microsoft.Extensions.DependencyInjection;
#if !EMBEDDED_RUNTIME
using Microsoft.Extensions.Hosting;
#endif

namespace FuncExec.WorkerFunctions.Hosting;

/// <summary>Adds what a process is to the world around it.</summary>
internal static class HostingServices
{
    /// <summary>
    /// Adds the file that tells where the service is, where the process that runs the app is the service; under the Functions host
    /// it is a worker, whose address is between the two alone, and which ends with its host.
    /// </summary>
    public static IServiceCollection AddPlace(this IServiceCollection services)
    {
#if EMBEDDED_RUNTIME
        services.AddHostedService<ServerFile>();
        services.AddSingleton(static provider => new NodeStopping(provider.GetRequiredService<Nodes.NodeDrain>().Over));
#else
        services.AddHostedService<HostWatch>();
        services.AddSingleton(static provider => new NodeStopping(provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping));
#endif
        return services;
    }
}
