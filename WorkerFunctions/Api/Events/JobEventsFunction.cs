using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Api.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;

namespace FuncExec.WorkerFunctions.Api.Events;

/// <summary>Tells what happens to a job, while it happens.</summary>
public sealed class JobEventsFunction(JobFinder jobs, EventStreams streams, IHostApplicationLifetime lifetime)
{
    private const string Header = "Last-Event-ID";
    private const string Parameter = "lastEventId";

    /// <summary>
    /// <c>GET /api/jobs/{id}/events</c>: server-sent events from the first one, or from after <c>Last-Event-ID</c>; they end with
    /// the job. 204 when the reader has them all.
    /// </summary>
    [Function("GetJobEvents")]
    public async Task<IResult> GetJobEvents(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/jobs/{id}/events")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ApiQuery query = new(request);
        string? parameter = query.Text(Parameter);
        if (request.Headers[Header].Count > 1)
        {
            query.Mistake(Header, "is given more than once.");
        }

        if (query.Refusal() is { } refusal)
        {
            return refusal;
        }

        (JobRecord? job, IResult? missing) = await jobs.FindAsync(id, cancellationToken);
        if (job is null)
        {
            return missing!;
        }

        // A browser that comes again sends the header, and the address with the parameter as it was.
        string? last = request.Headers[Header].ToString() is { Length: > 0 } header ? header : parameter is { Length: > 0 } ? parameter : null;
        EventCursor? cursor = null;
        bool isReset = last is not null && (!CursorText.TryRead(id, last, out cursor) || !IsOf(cursor, job));
        if (!isReset && cursor is not null && job.State is JobState.Finished && cursor.Number == job.LastEvent)
        {
            // What makes a browser stop coming again.
            return Results.NoContent();
        }

        await SendAsync(request.HttpContext, job, isReset ? null : cursor, isReset, cancellationToken);
        return Results.Empty;
    }

    private async Task SendAsync(HttpContext http, JobRecord job, EventCursor? cursor, bool isReset, CancellationToken cancellationToken)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(http.Request.Method))
        {
            return;
        }

        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await http.Response.StartAsync(cancellationToken);
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            await streams.SendAsync(http, job, cursor, isReset, ends.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested || http.RequestAborted.IsCancellationRequested)
        {
            // The reader has gone, or goes on elsewhere: its cursor is all that is needed.
        }
    }

    private static bool IsOf(EventCursor cursor, JobRecord job) =>
        cursor.Number <= job.LastEvent && cursor.Open.Keys.All(place => place.Step < job.Steps.Count && place.Index < job.Steps[place.Step].Counts.Total);
}
