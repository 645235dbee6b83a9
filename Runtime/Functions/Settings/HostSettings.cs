using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Functions.Settings;

/// <summary>What <c>host.json</c> and its overrides say.</summary>
internal sealed record HostSettings
{
    /// <summary>The prefix of all HTTP routes, without slashes at its ends; may be empty. Default: <c>api</c>.</summary>
    public string RoutePrefix { get; init; } = "api";

    /// <summary>How long an activity or an HTTP function may run, or null for as long as it likes. Default: null.</summary>
    public TimeSpan? FunctionTimeout { get; init; }

    /// <summary>The only functions to load, or null for all.</summary>
    public IReadOnlySet<string>? Functions { get; init; }

    /// <summary>Levels by category; the default is under <c>default</c>.</summary>
    public IReadOnlyDictionary<string, LogLevel> LogLevels { get; init; } = new Dictionary<string, LogLevel>();

    /// <summary>The durable part.</summary>
    public DurableSettings Durable { get; init; } = new();

    /// <summary>Settings given that mean something on the official host and nothing here.</summary>
    public IReadOnlyList<string> WithoutEffect { get; init; } = [];

    /// <summary>Settings given that no host knows.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];
}
