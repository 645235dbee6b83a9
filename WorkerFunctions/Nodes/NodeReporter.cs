using System.Reflection;
using System.Text.Json;
using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Settings;
using FuncExec.WorkerFunctions.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Nodes;

/// <summary>
/// Tells the ledger every quarter of the lease, and as soon as the node drains, what this node is and does, and hears there whether it is to
/// drain. It goes on until everything else has stopped: what runs may take long to end.
/// </summary>
internal sealed partial class NodeReporter(
    IJobLedger ledger, NodeHeart node, NodeLabels labels, ExecutorCircuits circuits, NodeDrain drain, TaskSlots slots, ExecutorRegistry executors, IOptions<AppOptions> options, TimeProvider time, ILogger<NodeReporter> logger)
    : IHostedLifecycleService, IDisposable
{
    /// <summary>Details of executors longer than that are cut: a report is short.</summary>
    private const int LongestDetail = 200;

    private const int MostExecutors = 32;

    private static readonly string s_version =
        typeof(NodeReporter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    private readonly CancellationTokenSource _stop = new();
    private Task _reporting = Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _reporting = Task.Run(() => ReportUntilAsync(_stop.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _reporting;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel(); // A start that failed has no stop.
        _stop.Dispose();
    }

    /// <summary>Tells it once.</summary>
    internal async Task ReportAsync(CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<ExecutorStatus> statuses = await executors.CheckHealthAsync(cancellationToken);
            circuits.Observe(statuses);
            NodeReport report = new()
            {
                Version = s_version,
                Role = options.Value.Role.ToString().ToLowerInvariant(),
                Labels = labels.All,
                Slots = options.Value.Role is NodeRole.Api ? 0 : slots.Count,
                Running = slots.Taken,
                IsDraining = drain.IsDraining,
                Executors = [.. statuses.Where(static status => status.Description.IsEnabled).Take(MostExecutors).Select(Show)],
            };
            if (await ledger.ReportNodeAsync(node.Id, JsonSerializer.Serialize(report, NodeJson.Default.NodeReport), cancellationToken))
            {
                drain.Begin();
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested) // Others see an older report; the next beat tells again.
        {
            NotReported(exception);
        }
    }

    private async Task ReportUntilAsync(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                CancellationToken news = drain.IsDraining ? CancellationToken.None : drain.Begun;
                await ReportAsync(stop);
                using CancellationTokenSource wake = CancellationTokenSource.CreateLinkedTokenSource(stop, news);
                await Task.Delay(options.Value.Lease / 4, time, wake.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Everything has stopped.
        }
    }

    private static ExecutorReport Show(ExecutorStatus status)
    {
        string detail = status.Health?.Detail ?? "";
        return new ExecutorReport(status.Description.Name, status.Health?.IsHealthy ?? false, detail.Length <= LongestDetail ? detail : detail[..LongestDetail]);
    }

    [LoggerMessage(4032, LogLevel.Warning, "What this node does could not be told to the ledger.")]
    private partial void NotReported(Exception exception);
}
