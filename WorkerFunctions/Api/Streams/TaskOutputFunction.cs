using System.Globalization;
using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Api.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;

namespace FuncExec.WorkerFunctions.Api.Streams;

/// <summary>Shows what tasks write.</summary>
public sealed class TaskOutputFunction(TaskFinder tasks, OutputSender sender, IHostApplicationLifetime lifetime)
{
    /// <summary>
    /// <c>GET /api/jobs/{id}/tasks/{step}/{index}/output?stream=&amp;offset=&amp;attempt=&amp;follow=</c>: the bytes, also while
    /// they are written.
    /// </summary>
    [Function("GetTaskOutput")]
    public async Task<IResult> GetTaskOutput(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/jobs/{id}/tasks/{step}/{index}/output")] HttpRequest request,
        string id,
        string step,
        string index,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ApiQuery query = new(request);
        OutputStream stream = query.Word("stream", "stdout", "stderr") is "stderr" ? OutputStream.Stderr : OutputStream.Stdout;
        long offset = query.Long("offset", 0, long.MaxValue) ?? 0;
        int? attempt = query.Integer("attempt", 1, 1_000);
        bool follow = query.Flag("follow") && !HttpMethods.IsHead(request.Method);
        if (query.Refusal() is { } refusal)
        {
            return refusal;
        }

        (TaskRecord? task, IResult? missing) = await tasks.FindAsync(id, step, index, cancellationToken);
        if (task is null)
        {
            return missing!;
        }

        OutputPlace place = new(task.Key, attempt, stream);
        if (attempt is not null && await sender.FindAsync(place, cancellationToken) is null && !(follow && attempt > task.Attempt && !OutputExtent.HasEnded(task)))
        {
            return Problems.NotFound($"The task has no attempt {attempt} (yet).");
        }

        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        return follow
            ? await FollowAsync(request.HttpContext, place, offset, ends.Token)
            : await SendAsync(request.HttpContext, place, task, offset, ends.Token);
    }

    private async Task<IResult> SendAsync(HttpContext http, OutputPlace place, TaskRecord task, long offset, CancellationToken cancellationToken)
    {
        if (await sender.MeasureAsync(place, offset, cancellationToken) is not { } extent)
        {
            return Problems.NotFound($"The task '{task.Id}' is not there any more.");
        }

        if (extent.IsComplete && offset > extent.End)
        {
            return Problems.Of(StatusCodes.Status416RangeNotSatisfiable, "The output is shorter than that.", "offset", $"is past the end, which is at {extent.End}.");
        }

        HttpResponse response = http.Response;
        Begin(response, offset, extent.Begin);
        response.Headers["X-Next-Offset"] = extent.End.ToString(CultureInfo.InvariantCulture);
        response.Headers["X-Complete"] = extent.IsComplete ? "true" : "false";
        response.ContentLength = extent.End - extent.Begin;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await sender.SendAsync(http, place, extent, cancellationToken);
        }

        return Results.Empty;
    }

    private async Task<IResult> FollowAsync(HttpContext http, OutputPlace place, long offset, CancellationToken cancellationToken)
    {
        OutputExtent? extent = await sender.MeasureAsync(place, offset, cancellationToken);
        Begin(http.Response, offset, extent?.Begin ?? offset);
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await http.Response.StartAsync(cancellationToken);
        try
        {
            await sender.FollowAsync(http, place, extent?.Begin ?? offset, cancellationToken);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // What was sent so far is an answer that ended early; the reader goes on from there elsewhere.
            http.Abort();
        }

        return Results.Empty;
    }

    private static void Begin(HttpResponse response, long asked, long begin)
    {
        response.ContentType = "application/octet-stream";
        response.Headers.XContentTypeOptions = "nosniff";
        if (begin != asked)
        {
            response.Headers["X-Offset"] = begin.ToString(CultureInfo.InvariantCulture);
        }
    }
}
