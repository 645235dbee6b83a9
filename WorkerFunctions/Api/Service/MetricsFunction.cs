using System.Text;
using FuncExec.WorkerFunctions.Api.Answers;
using FuncExec.WorkerFunctions.Telemetry;
using FuncExec.WorkerFunctions.Telemetry.Prometheus;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.WorkerFunctions.Api.Service;

/// <summary>Shows this node's figures.</summary>
public sealed class MetricsFunction(MetricCollector collector, NodeMetrics node, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary><c>GET /metrics</c>: this node's figures in Prometheus' text format; 404 where they are off.</summary>
    [Function("Metrics")]
    public async Task<IResult> Metrics(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "metrics")] HttpRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!collector.IsOn)
        {
            return Problems.NotFound("Metrics are off (FuncExec__Metrics__Enabled).");
        }

        try
        {
            await node.RefreshAsync().WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The ledger is slow: what was known before is shown.
        }

        return Results.Bytes(Encoding.UTF8.GetBytes(collector.Read()), PrometheusText.ContentType);
    }
}
