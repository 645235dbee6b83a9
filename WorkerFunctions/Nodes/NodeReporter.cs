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

/// <summary>Tells the ledger every quarter of the lease what this node is and does, and hears there whether it is to drain.</summary>
internal sealed partial class NodeReporter(
    IJobLedger ledger, NodeHeart node, NodeLabels labels, ExecutorCircuits circuits, NodeDrain drain, TaskSlots slots, ExecutorRegistry executors, IOptions<AppOptions> options, TimeProvider time, ILogger<NodeReporter> logger)
    : BackgroundService
{
    /// <summary>Details of executors longer than that are cut: a report is short.</summary>
    private const int LongestDetail = 200;

    private const int MostExecutors = 32;

    private static readonly string s_version =
        typeof(NodeReporter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(options.Value.Lease / 4, time);
        do
        {
            await ReportAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
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
        catch (Exception exception) when (exception is not OperationCanceledException) // Others see an older report; the next beat tells again.
        {
            NotReported(exception);
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
