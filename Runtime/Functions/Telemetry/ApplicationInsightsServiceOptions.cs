namespace Microsoft.ApplicationInsights.WorkerService;

/// <summary>Settings of Application Insights that apps give. None has an effect here.</summary>
public class ApplicationInsightsServiceOptions
{
    /// <summary>Where telemetry would go.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The version of the app.</summary>
    public string? ApplicationVersion { get; set; }

    /// <summary>Whether samples are taken. Default: true.</summary>
    public bool EnableAdaptiveSampling { get; set; } = true;

    /// <summary>Whether live metrics are sent. Default: true.</summary>
    public bool EnableQuickPulseMetricStream { get; set; } = true;

    /// <summary>Whether calls to others are collected. Default: true.</summary>
    public bool EnableDependencyTrackingTelemetryModule { get; set; } = true;

    /// <summary>Whether performance counters are collected. Default: true.</summary>
    public bool EnablePerformanceCounterCollectionModule { get; set; } = true;

    /// <summary>Whether event counters are collected. Default: true.</summary>
    public bool EnableEventCounterCollectionModule { get; set; } = true;

    /// <summary>Whether a heartbeat is sent. Default: true.</summary>
    public bool EnableHeartbeat { get; set; } = true;

    /// <summary>Whether telemetry is sent at once. Default: null.</summary>
    public bool? DeveloperMode { get; set; }
}
