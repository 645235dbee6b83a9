using FuncExec.ExecutorPlugins;
using FuncExec.WorkerFunctions.Api.Answers;
using FuncExec.WorkerFunctions.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.WorkerFunctions.Api.Service;

/// <summary>Shows what can run here.</summary>
public sealed class ExecutorsFunction(ExecutorRegistry executors, TaskSlots slots)
{
#if EMBEDDED_RUNTIME
    private const string HostName = "embedded";
    private const bool CanPlace = true;
#else
    private const string HostName = "azure";
    private const bool CanPlace = false;
#endif

    private static readonly HostView Host = new(
        HostName,
        new Dictionary<string, bool>
        {
            ["workspaces"] = true,
            ["artifacts"] = true,
            ["events"] = true,
            ["runsOn"] = CanPlace,
            ["priority"] = CanPlace,
        });

    /// <summary><c>GET /api/executors</c>: each with its health.</summary>
    [Function("ListExecutors")]
    public async Task<IResult> ListExecutors(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/executors")] HttpRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (new ApiQuery(request).Refusal() is { } refusal)
        {
            return refusal;
        }

        IReadOnlyList<ExecutorStatus> statuses = await executors.CheckHealthAsync(cancellationToken);
        ExecutorView[] views = [.. statuses.OrderBy(static status => status.Description.Name, StringComparer.Ordinal).Select(Show)];
        return Results.Json(new ExecutorsView(views, null, Host), ApiJson.Relaxed.ExecutorsView);
    }

    private ExecutorView Show(ExecutorStatus status)
    {
        ExecutorCapabilities offered = status.Description.Capabilities;
        return new ExecutorView(
            status.Description.Name,
            offered.Description,
            offered.Isolation,
            status.Description.IsEnabled,
            status.Health?.IsHealthy ?? false,
            status.Health?.Detail ?? "It is switched off by a setting.",
            offered.UsesDirectory,
            slots.Count,
            slots.Taken);
    }
}
