using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FuncExec.WorkerFunctions.Telemetry;

/// <summary>By what names the app's spans and figures are known.</summary>
internal static class AppTelemetry
{
    /// <summary>The name of the app's <see cref="ActivitySource"/> and of its <see cref="Meter"/>.</summary>
    public const string Name = "FuncExec";

    /// <summary>The source of the app's own spans.</summary>
    public static ActivitySource Source { get; } = new(Name);
}
