using FuncExec.ExecutorPlugins.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace FuncExec.ExecutorPlugins.Plugins;

/// <summary>Makes the registry of what is registered and of what the settings name, switched on and off by them.</summary>
internal sealed class RegistryBuilder(IConfiguration configuration, IServiceProvider services, TimeProvider time)
{
    private const string Section = "FuncExec:Executors";
    private const string PluginsName = "Plugins";
    private const int LongestName = 64;

    private readonly SettingReader _settings = new(configuration);
    private readonly List<RegisteredExecutor> _executors = [];

    /// <summary>Builds it.</summary>
    /// <exception cref="OptionsValidationException">Settings are wrong: all of them, by name.</exception>
    /// <exception cref="ArgumentException">Two executors that are registered in code have the same name.</exception>
    public ExecutorRegistry Build(IEnumerable<IExecutor> registered)
    {
        _executors.AddRange(registered.Select(static executor => new RegisteredExecutor(executor, true, executor.GetType().Assembly.GetName().Name ?? "")));
        foreach ((string key, RegisteredExecutor executor) in new PluginLoader(_settings, services).Load())
        {
            AddPlugin(key, executor);
        }

        List<RegisteredExecutor> switched = [.. _executors.Select(executor => executor with { IsEnabled = IsEnabled(executor.Executor.Name) })];
        CheckSections();
        return _settings.Faults.Count == 0
            ? new ExecutorRegistry(switched, time)
            : throw new OptionsValidationException(Options.DefaultName, typeof(ExecutorRegistry), _settings.Faults);
    }

    private void AddPlugin(string key, RegisteredExecutor plugin)
    {
        string name = plugin.Executor.Name;
        if (string.IsNullOrEmpty(name) || name.Length > LongestName || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            || name.Equals(PluginsName, StringComparison.OrdinalIgnoreCase))
        {
            _settings.Add(key, $"names '{plugin.Origin}', whose executor is named '{name}'; a name has 1 to {LongestName} of A-Z, a-z, 0-9, _ and -, and is not '{PluginsName}'");
        }
        else if (_executors.Find(other => other.Executor.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } other)
        {
            // The names of settings do not tell capitals from small letters.
            _settings.Add(key, $"names '{plugin.Origin}', whose executor is named '{name}' as that of '{other.Origin}' is");
        }
        else
        {
            _executors.Add(plugin);
        }
    }

    /// <summary>Both names of the switch must agree that it is on.</summary>
    private bool IsEnabled(string name)
    {
        bool bySection = _settings.Switch($"{Section}:{name}:Enabled") ?? true;
        bool byName = _settings.Switch($"EXECUTOR_{name.ToUpperInvariant().Replace('-', '_')}_ENABLED") ?? true;
        return bySection && byName;
    }

    /// <summary>A switch of what is not there is a slip of the pen, and must not look as if it had switched something.</summary>
    private void CheckSections()
    {
        foreach (IConfigurationSection section in configuration.GetSection(Section).GetChildren())
        {
            if (section["Enabled"] is not null && !_executors.Exists(executor => executor.Executor.Name.Equals(section.Key, StringComparison.OrdinalIgnoreCase)))
            {
                _settings.Add($"{section.Path}:Enabled", $"is of no executor that is here; these are: {string.Join(", ", _executors.Select(static executor => executor.Executor.Name).Order(StringComparer.Ordinal))}");
            }
        }
    }
}
