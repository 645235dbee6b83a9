using FuncExec.Runtime.Functions.Durable.Building;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.DurableTask.Client;

/// <summary>Where an app configures its client; it has one anyway.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Answers the builder of the app's client.</summary>
    public static IDurableTaskClientBuilder AddDurableTaskClient(this IServiceCollection services, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        return new DurableBuilder(name ?? "", services);
    }

    /// <summary>Configures the app's client.</summary>
    public static IServiceCollection AddDurableTaskClient(this IServiceCollection services, Action<IDurableTaskClientBuilder> configure) =>
        services.AddDurableTaskClient("", configure);

    /// <summary>Configures the app's client.</summary>
    public static IServiceCollection AddDurableTaskClient(this IServiceCollection services, string name, Action<IDurableTaskClientBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(services.AddDurableTaskClient(name));
        return services;
    }
}
