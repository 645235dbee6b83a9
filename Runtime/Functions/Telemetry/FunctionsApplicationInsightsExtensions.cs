using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Application Insights for Functions apps, as their template asks for it. It is not used here; the start says so.</summary>
public static class FunctionsApplicationInsightsExtensions
{
    /// <summary>Has no effect; traces are there for OpenTelemetry.</summary>
    public static IServiceCollection ConfigureFunctionsApplicationInsights(this IServiceCollection services) =>
        services.AddApplicationInsightsTelemetryWorkerService();
}
