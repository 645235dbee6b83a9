using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Nodes;

/// <summary>Adds this node's life.</summary>
internal static class NodeServices
{
    /// <summary>Adds it before every other hosted service: the stores are open before anything uses them, and closed last.</summary>
    public static IServiceCollection AddNode(this IServiceCollection services)
    {
        services.AddSingleton(static provider =>
            new NodeLife(Guid.NewGuid().ToString("N"), provider.GetRequiredService<IOptions<AppOptions>>().Value.WorkerId));
        services.AddSingleton<NodePlace>();
        services.AddSingleton<NodeHeart>();
        services.AddSingleton<NodeLabels>();
        services.AddSingleton<ExecutorCircuits>();
        services.AddSingleton<NodeDrain>();
        services.AddSingleton<PresentNodes>();
        services.AddSingleton<TaskPlaces>();
        services.AddHostedService<NodeReporter>();
        services.AddHostedService<DrainSignals>();
        services.AddHostedService<IdleExit>();
#if EMBEDDED_RUNTIME
        services.AddSingleton<IConfigureOptions<Runtime.Hosting.EngineOptions>, EngineRole>();
#endif
        services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(static provider => provider.GetRequiredService<NodeHeart>()));
        return services;
    }
}
