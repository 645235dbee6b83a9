using FuncExec.Runtime.Functions.Durable.Building;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.DurableTask.Worker;

/// <summary>Where an app configures its node; it has one anyway.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Answers the builder of the app's node.</summary>
    public static IDurableTaskWorkerBuilder AddDurableTaskWorker(this IServiceCollection services, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        return new DurableBuilder(name ?? "", services);
    }

    /// <summary>Configures the app's node.</summary>
    public static IServiceCollection AddDurableTaskWorker(this IServiceCollection services, Action<IDurableTaskWorkerBuilder> configure) =>
        services.AddDurableTaskWorker("", configure);

    /// <summary>Configures the app's node.</summary>
    public static IServiceCollection AddDurableTaskWorker(this IServiceCollection services, string name, Action<IDurableTaskWorkerBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(services.AddDurableTaskWorker(name));
        return services;
    }
}
