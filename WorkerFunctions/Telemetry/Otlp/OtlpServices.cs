using FuncExec.WorkerFunctions.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Logs;

namespace FuncExec.WorkerFunctions.Telemetry.Otlp;

/// <summary>Adds the sending. Only where something is sent, for this class loads OpenTelemetry.</summary>
internal static class OtlpServices
{
    /// <summary>Adds it.</summary>
    public static void AddOtlp(this IHostApplicationBuilder builder, OtlpSettings settings)
    {
        builder.Services.AddSingleton(settings);
        builder.Services.AddHostedService<OtlpExport>();
        if (settings.Logs is { } logs)
        {
            string node = AppOptionsReader.Peek(builder.Configuration).WorkerId;
            builder.Logging.AddOpenTelemetry(records =>
            {
                records.IncludeFormattedMessage = true;
                records.IncludeScopes = true;
                OpenTelemetry.Resources.ResourceBuilder resource = OpenTelemetry.Resources.ResourceBuilder.CreateEmpty();
                OtlpExport.Describe(resource, node);
                records.SetResourceBuilder(resource);
                records.AddOtlpExporter(exporter => OtlpExport.Aim(exporter, logs));
            });
        }
    }
}
