using FuncExec.Runtime.Functions.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FuncExec.Runtime.Functions.Hosting;

/// <summary>
/// Which records are logged: <c>LOG_LEVEL</c> goes before the default of <c>host.json</c>; its categories hold all the
/// same, and the section <c>Logging</c> of the app's configuration and filters in code go before both.
/// </summary>
internal sealed class LogFilters(HostSettings settings, IConfiguration configuration, RuntimeState state) : IConfigureOptions<LoggerFilterOptions>
{
    private const string Setting = "LOG_LEVEL";
    private const string Default = "default";

    public void Configure(LoggerFilterOptions options)
    {
        LogLevel level = ReadLevel(configuration[Setting])
            ?? (settings.LogLevels.TryGetValue(Default, out LogLevel given) ? given : LogLevel.Information);
        options.MinLevel = level;
        Add(options, null, level);
        Add(options, "Microsoft.AspNetCore", Later(level, LogLevel.Warning));
        Add(options, "Npgsql", Later(level, LogLevel.Warning)); // It has a record of each statement.
        // A start that fails is reported by its exception; the host would log it a second time, with its stack.
        options.Rules.Add(new LoggerFilterRule(null, "Microsoft.Extensions.Hosting.Internal.Host", level, (_, _, _) => state.IsStarted));
        foreach ((string category, LogLevel categoryLevel) in settings.LogLevels)
        {
            if (!category.Equals(Default, StringComparison.OrdinalIgnoreCase))
            {
                Add(options, category, categoryLevel);
            }
        }

        foreach (IConfigurationSection category in configuration.GetSection("Logging:LogLevel").GetChildren())
        {
            if (Enum.TryParse(category.Value, ignoreCase: true, out LogLevel own))
            {
                Add(options, category.Key.Equals(Default, StringComparison.OrdinalIgnoreCase) ? null : category.Key, own);
            }
        }
    }

    /// <summary>Reads a level, in the long names or the short ones of many tools; null when none is given.</summary>
    /// <exception cref="FunctionsStartException">It is none.</exception>
    internal static LogLevel? ReadLevel(string? text) => text?.Trim().ToLowerInvariant() switch
    {
        null or "" => null,
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "info" or "information" => LogLevel.Information,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "critical" or "fatal" => LogLevel.Critical,
        "none" or "off" => LogLevel.None,
        _ => throw new FunctionsStartException($"The setting '{Setting}' is '{text}'; allowed is trace, debug, info, warning, error, critical or none."),
    };

    private static LogLevel Later(LogLevel one, LogLevel other) => one > other ? one : other;

    private static void Add(LoggerFilterOptions options, string? category, LogLevel level) =>
        options.Rules.Add(new LoggerFilterRule(null, category, level, null));
}
