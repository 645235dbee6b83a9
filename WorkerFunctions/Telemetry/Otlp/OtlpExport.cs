using FuncExec.WorkerFunctions.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FuncExec.WorkerFunctions.Telemetry.Otlp;

/// <summary>Sends spans and figures while the app runs, and the rest of everything at its stop, within bounds. A collector that is away harms nothing.</summary>
internal sealed class OtlpExport(
    OtlpSettings settings, IConfiguration configuration, IOptions<AppOptions> options, IServiceProvider services) : IHostedLifecycleService, IDisposable
{
    /// <summary>What the last sending may take, all signals at once.</summary>
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(1);

    private static readonly string[] Sources = [AppTelemetry.Name, "Microsoft.DurableTask", "Microsoft.AspNetCore", "System.Net.Http"];
    private static readonly string[] Meters = [AppTelemetry.Name, "FuncExec.Runtime", "System.Runtime"];

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    /// <summary>Whose telemetry it is: <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> go before our own.</summary>
    internal static void Describe(ResourceBuilder resource, string node) => resource
        .Clear()
        .AddService("funcexec", serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(3), serviceInstanceId: node)
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    /// <summary>Sets an exporter up.</summary>
    internal static void Aim(OtlpExporterOptions exporter, OtlpSignal signal)
    {
        exporter.Endpoint = signal.Endpoint;
        exporter.Protocol = signal.IsHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        exporter.TimeoutMilliseconds = (int)signal.Timeout.TotalMilliseconds;
        if (signal.Headers is { } headers)
        {
            exporter.Headers = headers;
        }
    }

    /// <summary>Before anything of the app starts.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (settings.Traces is { } traces)
        {
            _traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(Configure)
                .ConfigureResource(resource => Describe(resource, options.Value.WorkerId))
                .AddSource(Sources)
                .AddOtlpExporter(exporter => Aim(exporter, traces))
                .Build();
        }

        if (settings.Metrics is { } metrics)
        {
            _metrics = Sdk.CreateMeterProviderBuilder()
                .ConfigureServices(Configure)
                .ConfigureResource(resource => Describe(resource, options.Value.WorkerId))
                .AddMeter(Meters)
                .AddOtlpExporter(exporter => Aim(exporter, metrics))
                .Build();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is left.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        int patience = (int)LastPatience.TotalMilliseconds;
        LoggerProvider? logs = settings.Logs is null ? null : services.GetService(typeof(LoggerProvider)) as LoggerProvider;
        return Task.WhenAll(
            Task.Run(() => _traces?.Shutdown(patience), CancellationToken.None),
            Task.Run(() => _metrics?.Shutdown(patience), CancellationToken.None),
            Task.Run(() => logs?.Shutdown(patience), CancellationToken.None));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    private void Configure(Microsoft.Extensions.DependencyInjection.IServiceCollection made) =>
        made.Add(Microsoft.Extensions.DependencyInjection.ServiceDescriptor.Singleton(configuration));
}
