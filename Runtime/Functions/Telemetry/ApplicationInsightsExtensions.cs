using FuncExec.Runtime.Functions.Telemetry;
using Microsoft.ApplicationInsights.WorkerService;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Application Insights for worker services, as the template of Functions apps asks for it. It is not used here; the start says so.</summary>
public static class ApplicationInsightsExtensions
{
    /// <summary>Has no effect; traces are there for OpenTelemetry.</summary>
    public static IServiceCollection AddApplicationInsightsTelemetryWorkerService(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<ApplicationInsightsNotice>();
        return services;
    }

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
