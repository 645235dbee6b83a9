using FuncExec.Runtime.Hubs;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Hosting;

/// <summary>
/// Announces a hub: an assembly that carries it is found through the app's dependency manifest, so that an app needs a
/// reference and no line of code.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class HubProviderAttribute(Type provider) : Attribute
{
    /// <summary>A type that implements <see cref="IHubProvider"/> and has a parameterless constructor.</summary>
    public Type Provider { get; } = provider;
}

/// <summary>Makes a hub of one kind.</summary>
public interface IHubProvider
{
    /// <summary>The value of <c>extensions.durableTask.storageProvider.type</c> that chooses it, such as <c>sqlite</c>.</summary>
    string Type { get; }

    /// <summary>Whether it is taken when <c>host.json</c> names none.</summary>
    bool IsDefault { get; }

    /// <summary>Makes the hub; nothing is opened yet.</summary>
    /// <exception cref="HubStartException">A setting is wrong: its name and what is allowed.</exception>
    IHub Create(HubContext context);
}

/// <summary>What a hub is made from.</summary>
public sealed record HubContext
{
    /// <summary>The directory that belongs to this service; it exists and is writable.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The task hub's name: separate hubs of one store.</summary>
    public required string HubName { get; init; }

    /// <summary>The members of <c>storageProvider</c> besides <c>type</c>, names case-insensitive.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Resolves the name of a connection string, or null when there is none.</summary>
    public Func<string, string?> GetConnectionString { get; init; } = static _ => null;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where it logs.</summary>
    public required ILoggerFactory LoggerFactory { get; init; }
}
