using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FuncExec.Ledger.Azure.Tests;

/// <summary>The way to the emulator, on which some requests are refused, some lost, and some answers lost.</summary>
internal sealed class FaultyWay : IAsyncDisposable
{
    private static readonly HashSet<string> s_ofTheConnection = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Host", "Keep-Alive", "Transfer-Encoding", "Expect",
    };

    private readonly HttpClient _there = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly WebApplication _app;
    private readonly Random _random;
    private readonly int _percent;
    private int _faults;

    private FaultyWay(WebApplication app, int seed, int percent)
    {
        _app = app;
        _random = new Random(seed);
        _percent = percent;
    }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>How many requests went wrong.</summary>
    public int Faults => Volatile.Read(ref _faults);

    public static async Task<FaultyWay> StartAsync(Uri to, int seed, int percent)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<KestrelServerOptions>(static options => options.Limits.MaxRequestBodySize = null);
        WebApplication app = builder.Build();
        FaultyWay way = new(app, seed, percent);
        app.Run(context => way.PassAsync(context, to));
        await app.StartAsync();
        return way;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _there.Dispose();
    }

    private async Task PassAsync(HttpContext context, Uri to)
    {
        int fault = Draw();
        switch (fault)
        {
            case 0:
                context.Response.StatusCode = 503;
                context.Response.Headers["x-ms-error-code"] = "ServerBusy";
                return;
            case 1:
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = "0";
                return;
            case 2:
                context.Abort();
                return;
        }

        using HttpRequestMessage request = new(new HttpMethod(context.Request.Method), new Uri(to, context.Request.GetEncodedPathAndQuery()));
        MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        request.Content = new ByteArrayContent(body.ToArray());
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in context.Request.Headers)
        {
            if (!s_ofTheConnection.Contains(name) && !request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        if (context.Request.ContentLength is null)
        {
            request.Content = null;
        }

        using HttpResponseMessage response = await _there.SendAsync(request);
        byte[] answer = await response.Content.ReadAsByteArrayAsync();
        if (fault == 3)
        {
            context.Abort(); // It was done, and nobody is told.
            return;
        }

        context.Response.StatusCode = (int)response.StatusCode;
        foreach ((string name, IEnumerable<string> values) in response.Headers.Concat(response.Content.Headers))
        {
            if (!s_ofTheConnection.Contains(name))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        if (context.Request.Method != "HEAD")
        {
            await context.Response.Body.WriteAsync(answer);
        }
    }

    private int Draw()
    {
        lock (_random)
        {
            if (_random.Next(100) >= _percent)
            {
                return -1;
            }

            _faults++;
            return _random.Next(4);
        }
    }
}
