namespace Microsoft.ApplicationInsights.WorkerService;

/// <summary>Settings of Application Insights. None has an effect here.</summary>
public class ApplicationInsightsServiceOptions
{
    /// <summary>Where telemetry would go.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The app's version in it.</summary>
    public string? ApplicationVersion { get; set; }

    /// <summary>Whether it is sent at once.</summary>
    public bool? DeveloperMode { get; set; }

    /// <summary>Whether it is sampled.</summary>
    public bool EnableAdaptiveSampling { get; set; } = true;

    /// <summary>Whether live metrics are sent.</summary>
    public bool EnableQuickPulseMetricStream { get; set; } = true;

    /// <summary>Whether performance counters are collected.</summary>
    public bool EnablePerformanceCounterCollectionModule { get; set; } = true;

    /// <summary>Whether outgoing requests are collected.</summary>
    public bool EnableDependencyTrackingTelemetryModule { get; set; } = true;

    /// <summary>Whether event counters are collected.</summary>
    public bool EnableEventCounterCollectionModule { get; set; } = true;

    /// <summary>Whether a heartbeat is sent.</summary>
    public bool EnableHeartbeat { get; set; } = true;

    /// <summary>Whether the SDK reports about itself.</summary>
    public bool EnableDiagnosticsTelemetryModule { get; set; } = true;
}
