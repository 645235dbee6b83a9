using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Functions.Tests.Support;

/// <summary>Somebody else's HTTP service, on a free port of loopback: answers by a test's code, and keeps what it was asked.</summary>
internal sealed class Remote : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Remote(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>What it was asked, in order.</summary>
    public ConcurrentQueue<Asked> Requests { get; } = new();

    public static async Task<Remote> StartAsync(Func<HttpContext, Asked, Task> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        Remote remote = new(app);
        app.Run(async context =>
        {
            using StreamReader body = new(context.Request.Body);
            Asked asked = new(
                remote.Requests.Count,
                $"{context.Request.Method} {context.Request.Path}",
                context.Request.Headers.ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                await body.ReadToEndAsync());
            remote.Requests.Enqueue(asked);
            await answer(context, asked);
        });
        await app.StartAsync();
        return remote;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    internal sealed record Asked(int Number, string Line, IReadOnlyDictionary<string, string> Headers, string Body);
}
