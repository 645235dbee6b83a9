using System.Runtime.CompilerServices;
using FuncExec.WorkerFunctions.Telemetry.Otlp;
using FuncExec.WorkerFunctions.Telemetry.Prometheus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FuncExec.WorkerFunctions.Telemetry;

/// <summary>Adds what tells others how this node does.</summary>
internal static class TelemetryServices
{
    /// <summary>Adds it.</summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddSingleton<MetricCollector>();
        services.AddHostedService(static provider => provider.GetRequiredService<MetricCollector>());
        services.AddSingleton<NodeMetrics>();
        services.AddHostedService(static provider => provider.GetRequiredService<NodeMetrics>());
        OtlpSettings otlp = OtlpSettings.Read(builder.Configuration);
        if (otlp.IsAny)
        {
            AddOtlp(builder, otlp);
        }
    }

    // A method of its own: the first that runs with OpenTelemetry's types in it loads their assemblies.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddOtlp(IHostApplicationBuilder builder, OtlpSettings settings) => builder.AddOtlp(settings);
}
