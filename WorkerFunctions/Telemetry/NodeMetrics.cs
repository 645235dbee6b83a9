using System.Diagnostics.Metrics;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Files;
using FuncExec.WorkerFunctions.Tasks;
using Microsoft.Extensions.Hosting;

namespace FuncExec.WorkerFunctions.Telemetry;

/// <summary>What this node has and holds, read when somebody asks.</summary>
public sealed class NodeMetrics : IHostedService, IDisposable
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);

    private readonly IJobLedger _ledger;
    private readonly DiskSpace _disk;
    private readonly TimeProvider _time;
    private readonly Meter _meter = new(AppTelemetry.Name);
    private readonly Lock _gate = new();
    private Task _look = Task.CompletedTask;
    private long _lookedAt;
    private long? _unfinished;

    /// <summary>Makes the instruments.</summary>
    public NodeMetrics(IJobLedger ledger, TaskSlots slots, DiskSpace disk, TimeProvider time)
    {
        _ledger = ledger;
        _disk = disk;
        _time = time;
        _meter.CreateObservableUpDownCounter("funcexec.tasks.running", () => slots.Taken, "{task}", "Slots that are taken.");
        _meter.CreateObservableUpDownCounter("funcexec.slots", () => slots.Count, "{task}", "How many tasks may run at once here.");
        _meter.CreateObservableGauge("funcexec.jobs.unfinished", Unfinished, "{job}", "Jobs that have not finished, of all nodes of the ledger.");
        _meter.CreateObservableGauge("funcexec.disk.free", Free, "By", "What is left of the data directory's file system.");
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _meter.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Asks the ledger, unless it was asked a second ago; several who ask at once share one look.</summary>
    public Task RefreshAsync()
    {
        lock (_gate)
        {
            if (_look.IsCompleted && (_lookedAt == 0 || _time.GetElapsedTime(_lookedAt) > KeptFor))
            {
                _lookedAt = _time.GetTimestamp();
                _look = LookAsync();
            }

            return _look;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private async Task LookAsync()
    {
        long? unfinished = null;
        try
        {
            unfinished = (await _ledger.GetTotalsAsync(CancellationToken.None)).UnfinishedJobs;
        }
        catch (Exception exception) when (exception is LedgerUnavailableException or ObjectDisposedException or InvalidOperationException)
        {
            // What is not known is not shown; the ledger counts and tells its failures itself.
        }

        lock (_gate)
        {
            _unfinished = unfinished;
        }
    }

    /// <summary>What was found last: an instrument cannot wait. Who can has asked before.</summary>
    private IEnumerable<Measurement<long>> Unfinished()
    {
        _ = RefreshAsync();
        lock (_gate)
        {
            return _unfinished is { } known ? [new Measurement<long>(known)] : [];
        }
    }

    private IEnumerable<Measurement<long>> Free()
    {
        try
        {
            return [new Measurement<long>(_disk.GetFree())];
        }
        catch (IOException)
        {
            return []; // A file system that cannot be asked has no figure; readiness says so.
        }
    }
}
