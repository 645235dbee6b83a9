using FuncExec.Runtime.Functions.Telemetry;
using Microsoft.ApplicationInsights.WorkerService;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Application Insights, as the templates of the official tools add it.</summary>
public static class ApplicationInsightsExtensions
{
    /// <summary>Has no effect, and is said so once in the log: telemetry is taken by OpenTelemetry here.</summary>
    public static IServiceCollection AddApplicationInsightsTelemetryWorkerService(this IServiceCollection services) =>
        ReplacedTelemetry.Add(services, nameof(AddApplicationInsightsTelemetryWorkerService));

    /// <inheritdoc cref="AddApplicationInsightsTelemetryWorkerService(IServiceCollection)"/>
    public static IServiceCollection AddApplicationInsightsTelemetryWorkerService(this IServiceCollection services, IConfiguration configuration) =>
        services.AddApplicationInsightsTelemetryWorkerService();

    /// <inheritdoc cref="AddApplicationInsightsTelemetryWorkerService(IServiceCollection)"/>
    public static IServiceCollection AddApplicationInsightsTelemetryWorkerService(
        this IServiceCollection services, Action<ApplicationInsightsServiceOptions> options) =>
        services.AddApplicationInsightsTelemetryWorkerService();

    /// <inheritdoc cref="AddApplicationInsightsTelemetryWorkerService(IServiceCollection)"/>
    public static IServiceCollection AddApplicationInsightsTelemetryWorkerService(
        this IServiceCollection services, ApplicationInsightsServiceOptions options) =>
        services.AddApplicationInsightsTelemetryWorkerService();
}
