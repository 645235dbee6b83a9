using FuncExec.Runtime.Functions.Discovery;
using FuncExec.Runtime.Functions.Front;
using FuncExec.Runtime.Functions.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Functions.Hosting;

// What the start says.
internal sealed partial class RuntimeService
{
    private const string TimeZoneSetting = "WEBSITE_TIME_ZONE";

    private void Report(FunctionCatalog catalog)
    {
        FunctionsFound(
            _log,
            catalog.Functions.Count,
            catalog.Routes.Count,
            catalog.Functions.Count(static function => function.Source.Kind == FunctionKind.Orchestrator),
            catalog.Functions.Count(static function => function.Source.Kind == FunctionKind.Activity),
            catalog.Functions.Count(static function => function.Source.Kind == FunctionKind.Entity),
            catalog.Timers.Count);
        foreach (HttpRoute route in catalog.Routes)
        {
            RouteMapped(_log, route.Function.Name, route.Methods.Count == 0 ? "any method" : string.Join(',', route.Methods), route.Pattern.RawText);
        }

        if (catalog.Timers.Count > 0 && configuration[TimeZoneSetting] is { Length: > 0 } zone)
        {
            TimeZoneWithoutEffect(_log, TimeZoneSetting, zone);
        }

        if (catalog.Disabled.Count > 0)
        {
            FunctionsDisabled(_log, string.Join(", ", catalog.Disabled));
        }

        if (settings.WithoutEffect.Count > 0)
        {
            SettingsWithoutEffect(_log, string.Join(", ", settings.WithoutEffect));
        }

        if (settings.Unknown.Count > 0)
        {
            SettingsUnknown(_log, string.Join(", ", settings.Unknown));
        }

        foreach (ReplacedTelemetry call in services.GetServices<ReplacedTelemetry>())
        {
            TelemetryReplaced(_log, call.Method);
        }

        if (state.NoAuth)
        {
            AuthOff(_log);
        }
    }

    [LoggerMessage(2001, LogLevel.Information, "{Count} functions: {Http} HTTP, {Orchestrators} orchestrators, {Activities} activities, {Entities} entities, {Timers} timers.")]
    private static partial void FunctionsFound(ILogger log, int count, int http, int orchestrators, int activities, int entities, int timers);

    [LoggerMessage(2002, LogLevel.Debug, "{Function}: {Methods} /{Route}")]
    private static partial void RouteMapped(ILogger log, string function, string methods, string? route);

    [LoggerMessage(2003, LogLevel.Information, "Left out by settings: {Functions}.")]
    private static partial void FunctionsDisabled(ILogger log, string functions);

    [LoggerMessage(2004, LogLevel.Information, "These settings of the official host have no effect here: {Settings}.")]
    private static partial void SettingsWithoutEffect(ILogger log, string settings);

    [LoggerMessage(2005, LogLevel.Warning, "host.json has settings that are not known: {Settings}.")]
    private static partial void SettingsUnknown(ILogger log, string settings);

    [LoggerMessage(2007, LogLevel.Warning, "{Setting} is '{Zone}'; the schedules of timers are read in UTC here.")]
    private static partial void TimeZoneWithoutEffect(ILogger log, string setting, string zone);

    [LoggerMessage(2008, LogLevel.Information, "{Method} has no effect here: instead of Application Insights there is OpenTelemetry, for whose exporters this runtime offers the ActivitySource 'Microsoft.DurableTask'.")]
    private static partial void TelemetryReplaced(ILogger log, string method);

    [LoggerMessage(2006, LogLevel.Warning, "Keys are off: everybody on this machine may call every function.")]
    private static partial void AuthOff(ILogger log);
}
