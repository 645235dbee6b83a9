using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using FuncExec.WorkerFunctions.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Telemetry.Prometheus;

/// <summary>Adds up what this process's own instruments record, from the start on, for those who come and read it.</summary>
public sealed class MetricCollector(IOptions<AppOptions> options) : IHostedService, IDisposable
{
    private static readonly string[] Meters = [AppTelemetry.Name, "FuncExec.Runtime"];

    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly Lock _look = new();

    /// <summary>Whether anything is added up.</summary>
    public bool IsOn => options.Value.MetricsAreOn;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsOn)
        {
            _listener.InstrumentPublished = Published;
            _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
            _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
            _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
            _listener.Start();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    /// <summary>Everything as it stands now, in Prometheus' text format.</summary>
    internal string Read()
    {
        lock (_look)
        {
            foreach (MetricFamily family in _families.Values.Where(static family => family.IsObservable))
            {
                family.Clear();
            }

            _listener.RecordObservableInstruments();
            return PrometheusText.Write(_families.Values.OrderBy(static family => family.Name, StringComparer.Ordinal));
        }
    }

    private void Published(Instrument instrument, MeterListener listener)
    {
        if (Array.IndexOf(Meters, instrument.Meter.Name) >= 0)
        {
            listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument.Name, static (_, made) => new MetricFamily(made), instrument));
        }
    }
}
