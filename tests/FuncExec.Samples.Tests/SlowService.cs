using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Samples.Tests;

/// <summary>A service that takes an order (POST), and answers 202 to those who ask for it until it is told to deliver.</summary>
internal sealed class SlowService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<string> _asked = Channel.CreateUnbounded<string>();
    private volatile bool _delivers;
    private volatile bool _holds;

    private SlowService(WebApplication app) => _app = app;

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Orders by who ordered: how often.</summary>
    public ConcurrentDictionary<string, int> Orders { get; } = new();

    public static async Task<SlowService> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        SlowService service = new(app);
        app.Run(service.AnswerAsync);
        await app.StartAsync();
        return service;
    }

    /// <summary>Lets those who ask from now on wait for their answer, until they are gone.</summary>
    public void Hold(bool on) => _holds = on;

    /// <summary>Forgets what has been asked up to now.</summary>
    public void Forget()
    {
        while (_asked.Reader.TryRead(out _))
        {
        }
    }

    public void Deliver() => _delivers = true;

    /// <summary>Waits until something has been asked so many times more.</summary>
    public async Task AskedAsync(int times)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1));
        for (int i = 0; i < times; i++)
        {
            await _asked.Reader.ReadAsync(limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (HttpMethods.IsPost(context.Request.Method))
        {
            using StreamReader body = new(context.Request.Body);
            Orders.AddOrUpdate(await body.ReadToEndAsync(), 1, static (_, count) => count + 1);
        }

        await _asked.Writer.WriteAsync(context.Request.Method);
        if (_holds)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }

        if (_delivers)
        {
            await context.Response.WriteAsync("delivered");
            return;
        }

        context.Response.StatusCode = 202;
        context.Response.Headers.Location = "/orders/1";
        context.Response.Headers.RetryAfter = "0";
    }
}
