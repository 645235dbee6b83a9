using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.WorkerFunctions.Housekeeping;

/// <summary>Adds what happens by the clock.</summary>
internal static class HousekeepingServices
{
    public static IServiceCollection AddHousekeeping(this IServiceCollection services)
    {
        services.AddSingleton<RootWatch>();
        services.AddSingleton<Sweeper>();
        services.AddSingleton<StopWatcher>();
        return services;
    }
}
