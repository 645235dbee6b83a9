using System.Buffers;
using System.Text;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Tests.Apps;

#pragma warning disable CA1822 // Instance methods are what is tested.

/// <summary>Functions that show what the front does around them.</summary>
public sealed class FrontApp(FrontProbe probe)
{
    public const int Limit = 48 * 1024 * 1024;

    private const AuthorizationLevel Anybody = AuthorizationLevel.Anonymous;

    [Function("upload")]
    [RequestSizeLimit(Limit)]
    public Task<string> Upload([HttpTrigger(Anybody, "post")] HttpRequest request, CancellationToken cancellationToken) =>
        CountAsync(request, cancellationToken);

    [Function("small")]
    [RequestSizeLimit(1000)]
    public Task<string> Small([HttpTrigger(Anybody, "post")] HttpRequest request, CancellationToken cancellationToken) =>
        CountAsync(request, cancellationToken);

    [Function("usual")]
    public Task<string> Usual([HttpTrigger(Anybody, "post")] HttpRequest request, CancellationToken cancellationToken) =>
        CountAsync(request, cancellationToken);

    [Function("json")]
    public IResult Json([HttpTrigger(Anybody, "get", Route = "json/{count:int}")] HttpRequest request, int count) =>
        Results.Json(Enumerable.Range(0, count));

    [Function("text")]
    public string Text([HttpTrigger(Anybody, "get", Route = "text/{count:int}")] HttpRequest request, int count) => new('x', count);

    [Function("problem")]
    public IResult Problem([HttpTrigger(Anybody, "get")] HttpRequest request) => Results.Problem(new string('x', 5_000), statusCode: 409);

    [Function("range")]
    public IResult Range([HttpTrigger(Anybody, "get")] HttpRequest request) =>
        Results.Bytes(Encoding.ASCII.GetBytes(new string('x', 5_000)), "text/plain", enableRangeProcessing: true);

    [Function("encoded")]
    public IResult Encoded([HttpTrigger(Anybody, "get")] HttpRequest request)
    {
        request.HttpContext.Response.Headers.ContentEncoding = "zstd";
        return Results.Bytes(new byte[5_000], "text/plain");
    }

    [Function("image")]
    public IResult Image([HttpTrigger(Anybody, "get")] HttpRequest request) => Results.Bytes(new byte[5_000], "image/png");

    [Function("method")]
    public string Method([HttpTrigger(Anybody, "get", "post")] HttpRequest request) => request.Method;

    [Function("made")]
    public IResult Made([HttpTrigger(Anybody, "get")] HttpRequest request)
    {
        request.HttpContext.Response.Headers.ETag = "\"1\"";
        return Results.Created("/elsewhere", new string('x', 100_000));
    }

    [Function("failing")]
    public string Failing([HttpTrigger(Anybody, "get")] HttpRequest request) => throw new InvalidOperationException("broken");

    [Function("own")]
    public string Own([HttpTrigger(Anybody, "get", Route = "own/{id}")] HttpRequest request, string id) => id;

    [Function("ownHead")]
    public IResult OwnHead([HttpTrigger(Anybody, "head", Route = "own/{name}")] HttpRequest request) => Results.StatusCode(418);

    [Function("any")]
    public string Any([HttpTrigger(Anybody)] HttpRequest request) => request.Method;

    /// <summary>Events until the caller goes or the service stops.</summary>
    [Function("events")]
    public IResult Events([HttpTrigger(Anybody, "get")] HttpRequest request, CancellationToken cancellationToken) =>
        Results.ServerSentEvents(probe.EventsAsync(cancellationToken));

    /// <summary>The same, looking at the request alone.</summary>
    [Function("output")]
    public async Task Output([HttpTrigger(Anybody, "get")] HttpRequest request)
    {
        CancellationToken cancellationToken = request.HttpContext.RequestAborted;
        request.HttpContext.Response.ContentType = "text/plain; charset=utf-8";
        await foreach (string line in probe.EventsAsync(cancellationToken))
        {
            await request.HttpContext.Response.WriteAsync(line + "\n", cancellationToken);
        }
    }

    [Function("waiting")]
    public async Task<string> Wait([HttpTrigger(Anybody, "post", Route = "wait")] HttpRequest request, CancellationToken cancellationToken)
    {
        probe.Begun.TrySetResult();
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return "never";
    }

    [Function("healthz")]
    public string Healthz([HttpTrigger(Anybody, "get", Route = "/healthz")] HttpRequest request) => "well";

    private async Task<string> CountAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        long count = 0;
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            count += read;
            probe.Begun.TrySetResult();
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return $"{count}";
    }
}
