using Microsoft.Extensions.Configuration;

namespace FuncExec.Runtime.Functions.Settings;

/// <summary>Tells the settings of <c>host.json</c> apart: honoured here, official without effect here, unknown.</summary>
internal static class OfficialSettings
{
    // A trailing colon honours all below.
    private static readonly string[] _honoured =
    [
        "version", "functionTimeout", "functions:", "logging:logLevel:", "extensions:http:routePrefix",
        "extensions:durableTask:hubName", "extensions:durableTask:storageProvider:",
        "extensions:durableTask:maxConcurrentActivityFunctions", "extensions:durableTask:maxConcurrentOrchestratorFunctions",
        "extensions:durableTask:maxConcurrentEntityFunctions", "extensions:durableTask:maxEntityOperationBatchSize",
        "extensions:durableTask:defaultVersion", "extensions:durableTask:versionMatchStrategy", "extensions:durableTask:versionFailureStrategy",
        "extensions:durableTask:httpSettings:defaultAsyncRequestSleepTimeMilliseconds",
    ];

    private static readonly HashSet<string> _official = new(StringComparer.OrdinalIgnoreCase)
    {
        "aggregator", "applicationInsights", "concurrency", "configurationProfile", "customHandler", "extensionBundle",
        "extensions", "healthMonitor", "http", "id", "logging", "managedDependency", "queues", "retry",
        "sendCanceledInvocationsToWorker", "serviceBus", "singleton", "telemetryMode", "tracing", "watchDirectories",
        "watchFiles", "$schema",
    };

    /// <summary>Official settings that are given and have no effect here, as they are written.</summary>
    public static IReadOnlyList<string> WithoutEffect(IConfiguration settings) =>
        [.. Ignored(settings).Where(static key => _official.Contains(Root(key)) && Root(key) != "$schema").Select(Spell)];

    /// <summary>Settings that are given and that no host knows, as they are written.</summary>
    public static IReadOnlyList<string> Unknown(IConfiguration settings) =>
        [.. Ignored(settings).Where(static key => !_official.Contains(Root(key))).Select(Spell)];

    private static IEnumerable<string> Ignored(IConfiguration settings) => settings.AsEnumerable()
        .Where(static pair => pair.Value is not null)
        .Select(static pair => pair.Key)
        .Where(static key => !_honoured.Any(honoured => honoured.EndsWith(':')
            ? key.StartsWith(honoured, StringComparison.OrdinalIgnoreCase)
            : key.Equals(honoured, StringComparison.OrdinalIgnoreCase)))
        .Order(StringComparer.OrdinalIgnoreCase);

    private static string Root(string key) => key.Split(':')[0];

    private static string Spell(string key) => key.Replace(':', '.');
}
