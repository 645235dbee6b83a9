using FuncExec.Runtime.Functions.Settings;
using FuncExec.Runtime.Hosting;

namespace FuncExec.Runtime.Functions.Hosting;

/// <summary>Chooses the hub among those that the app references.</summary>
internal static class HubChooser
{
    private const string Setting = "extensions.durableTask.storageProvider.type";

    private static readonly string[] _official = ["AzureStorage", "mssql", "Netherite", "azureManaged"];

    /// <summary>The hub that <c>host.json</c> names, or the default one; null when the app references none and needs none.</summary>
    /// <exception cref="FunctionsStartException">There is no such hub, or no single default.</exception>
    public static IHubProvider? Choose(IReadOnlyList<IHubProvider> hubs, string? type, bool needed)
    {
        if (type is { Length: > 0 })
        {
            return hubs.FirstOrDefault(hub => hub.Type.Equals(type, StringComparison.OrdinalIgnoreCase))
                ?? throw new FunctionsStartException(Unknown(hubs, type));
        }

        IHubProvider[] defaults = [.. hubs.Where(static hub => hub.IsDefault)];
        if (defaults.Length > 1)
        {
            throw new FunctionsStartException(
                $"The app references {defaults.Length} hubs that are each the default: {Spell(defaults)}. Remove one, or name one in host.json as {Setting}.");
        }

        if (defaults.Length == 1)
        {
            return defaults[0];
        }

        if (!needed)
        {
            return null;
        }

        throw new FunctionsStartException(hubs.Count == 0
            ? "The app has durable functions and references no hub to store them in. Add a reference to FuncExec.Runtime.Sqlite."
            : $"The app references no default hub. Name one in host.json as {Setting}; there is: {Spell(hubs)}.");
    }

    private static string Unknown(IReadOnlyList<IHubProvider> hubs, string type)
    {
        string there = hubs.Count == 0
            ? "The app references no hub: add a reference to FuncExec.Runtime.Sqlite."
            : $"There is: {Spell(hubs)}.";
        return _official.Contains(type, StringComparer.OrdinalIgnoreCase)
            ? $"host.json: {Setting} is '{type}', which only the official host has. Leave it out, and each host takes its own default, or override it with AzureFunctionsJobHost__extensions__durableTask__storageProvider__type. {there}"
            : $"host.json: {Setting} is '{type}', and the app references no such hub. {there}";
    }

    private static string Spell(IEnumerable<IHubProvider> hubs) =>
        string.Join(", ", hubs.Select(static hub => $"{hub.Type} ({hub.GetType().Assembly.GetName().Name})"));
}
