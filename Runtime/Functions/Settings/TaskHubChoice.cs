using FuncExec.Runtime.Functions.Hosting;
using Microsoft.Extensions.Configuration;

namespace FuncExec.Runtime.Functions.Settings;

/// <summary>
/// Which hub <c>extensions.durableTask</c> of <c>host.json</c> and its overrides choose, for an app that keeps data of its own beside it.
/// </summary>
public sealed record TaskHubChoice
{
    private TaskHubChoice(DurableSettings settings)
    {
        HubName = settings.HubName;
        StorageType = settings.StorageType;
        ConnectionStringName = settings.Storage.GetValueOrDefault("connectionStringName");
    }

    /// <summary>The hub's name, <c>default</c> when none is given.</summary>
    public string HubName { get; }

    /// <summary><c>storageProvider.type</c>, or null for the default hub.</summary>
    public string? StorageType { get; }

    /// <summary><c>storageProvider.connectionStringName</c>, or null when it is not given.</summary>
    public string? ConnectionStringName { get; }

    /// <summary>Reads it for the app of this process.</summary>
    /// <param name="configuration">The app's configuration.</param>
    /// <exception cref="FunctionsStartException"><c>host.json</c> or an override is wrong, which ends the start as well.</exception>
    public static TaskHubChoice Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new TaskHubChoice(HostSettingsReader.Read(RuntimeSource.OfProcess().Directory, configuration).Durable);
    }
}
