using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.WorkerFunctions.Hosting;

/// <summary>Adds what a process is to the world around it.</summary>
internal static class HostingServices
{
    /// <summary>Adds the file that tells where the service is, where the process that runs the app is the service.</summary>
    public static IServiceCollection AddServerFile(this IServiceCollection services)
    {
#if EMBEDDED_RUNTIME
        // Under the Functions host the process is a worker: its address is between the two alone.
        services.AddHostedService<ServerFile>();
#endif
        return services;
    }
}
