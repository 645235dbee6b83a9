using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Tests.Support;

/// <summary>A server of another service, on a free port of loopback, that keeps what it was asked.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app)
    {
        _app = app;
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    public string Address { get; }

    public ConcurrentQueue<Asked> Requests { get; } = new();

    /// <summary>Starts a server; the answer is told which request it is, from 1 on.</summary>
    public static async Task<TestServer> StartAsync(Func<HttpContext, int, Task> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        TestServer? server = null;
        int number = 0;
        app.Run(async context =>
        {
            using StreamReader body = new(context.Request.Body);
            server!.Requests.Enqueue(new Asked(
                context.Request.Method,
                context.Request.Path + context.Request.QueryString,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.Select(static value => value!).ToArray(), StringComparer.OrdinalIgnoreCase),
                await body.ReadToEndAsync()));
            await answer(context, Interlocked.Increment(ref number));
        });
        await app.StartAsync();
        return server = new TestServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource now = new();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    /// <summary>One request.</summary>
    public sealed record Asked(string Method, string Path, Dictionary<string, string[]> Headers, string Body);
}
