using FuncExec.WorkerFunctions.Api.Answers;
using FuncExec.WorkerFunctions.Api.Views;
using FuncExec.WorkerFunctions.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.WorkerFunctions.Api.Service;

/// <summary>Shows the nodes, and has one drain.</summary>
public sealed class NodesFunction(PresentNodes nodes)
{
    /// <summary>Where the host gives out the work, it alone can keep it from a node.</summary>
    private static readonly bool s_canDrain =
#if EMBEDDED_RUNTIME
        true;
#else
        false;
#endif

    /// <summary><c>GET /api/nodes</c>: those that live, and those that are gone since less than an hour; the latest begun first.</summary>
    [Function("ListNodes")]
    public async Task<IResult> ListNodes(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/nodes")] HttpRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (new ApiQuery(request).Refusal() is { } refusal)
        {
            return refusal;
        }

        IReadOnlyList<PresentNode> found = await nodes.ListAsync(cancellationToken);
        return Results.Json(new ListView<NodeView>([.. found.Select(NodeView.Of)], null), ApiJson.Relaxed.ListViewNodeView);
    }

    /// <summary><c>POST /api/nodes/{id}/drain</c>: 202. The node takes nothing new from its next sign of life on; 404 when none of this id lives.</summary>
    [Function("DrainNode")]
    public async Task<IResult> DrainNode(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/nodes/{id}/drain")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (new ApiQuery(request).Refusal() is { } refusal)
        {
            return refusal;
        }

        if (!s_canDrain)
        {
            return Problems.Conflict("This host hands out the work itself: scale it in by its own means.");
        }

        if (!await nodes.DrainAsync(id, cancellationToken))
        {
            return Problems.NotFound("No node of this id lives; GET /api/nodes has those that do.");
        }

        PresentNode? node = (await nodes.ListAsync(cancellationToken)).FirstOrDefault(node => node.Life.Id == id);
        return node is null
            ? Problems.NotFound("The node has just ended.")
            : Results.Json(NodeView.Of(node), ApiJson.Relaxed.NodeView, statusCode: StatusCodes.Status202Accepted);
    }
}
