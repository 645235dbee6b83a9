using FuncExec.Runtime.Functions.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Application Insights, as the templates of the official tools add it.</summary>
public static class FunctionsApplicationInsightsExtensions
{
    /// <summary>Has no effect, and is said so once in the log: telemetry is taken by OpenTelemetry here.</summary>
    public static IServiceCollection ConfigureFunctionsApplicationInsights(this IServiceCollection services) =>
        ReplacedTelemetry.Add(services, nameof(ConfigureFunctionsApplicationInsights));
}
