using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FuncExec.Ledger.Azure.Tests;

/// <summary>The way to the emulator, on which some requests are refused, some lost, and some answers lost.</summary>
internal sealed class FaultyWay : IAsyncDisposable
{
    /// <summary>An answer that is a success, within which the batch is refused.</summary>
    private static readonly string BusyBatch = string.Join("\r\n", (string[])
    [
        "--batchresponse_1",
        "Content-Type: multipart/mixed; boundary=changesetresponse_1",
        "",
        "--changesetresponse_1",
        "Content-Type: application/http",
        "Content-Transfer-Encoding: binary",
        "",
        "HTTP/1.1 503 Service Unavailable",
        "Content-Type: application/json;odata=minimalmetadata;charset=utf-8",
        "",
        """{"odata.error":{"code":"ServerBusy","message":{"lang":"en-US","value":"0:It is busy."}}}""",
        "--changesetresponse_1--",
        "--batchresponse_1--",
        "",
    ]);

    private static readonly HashSet<string> s_ofTheConnection = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Host", "Keep-Alive", "Transfer-Encoding", "Expect",
    };

    private readonly HttpClient _there = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly WebApplication _app;
    private readonly Random _random;
    private readonly int _percent;
    private readonly int _kinds;
    private int _faults;

    private FaultyWay(WebApplication app, int seed, int percent, int kinds)
    {
        _app = app;
        _random = new Random(seed);
        _percent = percent;
        _kinds = kinds;
    }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>How many requests went wrong.</summary>
    public int Faults => Volatile.Read(ref _faults);

    /// <summary>Opens the way.</summary>
    /// <param name="to">The emulator.</param>
    /// <param name="seed">Of what goes wrong when.</param>
    /// <param name="percent">How many of a hundred requests go wrong.</param>
    /// <param name="hasLate">Whether some requests are done later, when nobody waits for them any more, or are refused within an answer that is a success.</param>
    public static async Task<FaultyWay> StartAsync(Uri to, int seed, int percent, bool hasLate = false)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<KestrelServerOptions>(static options => options.Limits.MaxRequestBodySize = null);
        WebApplication app = builder.Build();
        FaultyWay way = new(app, seed, percent, hasLate ? 6 : 4);
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

        // As it was sent: a signature is over the very text.
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using HttpRequestMessage request = new(new HttpMethod(context.Request.Method), new Uri(to.GetLeftPart(UriPartial.Authority) + target));
        MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        if (fault == 5 && target.EndsWith("/$batch", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 202;
            context.Response.ContentType = "multipart/mixed; boundary=batchresponse_1";
            await context.Response.WriteAsync(BusyBatch);
            return;
        }

        if (fault == 4)
        {
            context.Abort();
            await Task.Delay(Late());
        }

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
        if (fault is 3 or 4)
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
            return _random.Next(_kinds);
        }
    }

    private TimeSpan Late()
    {
        lock (_random)
        {
            return TimeSpan.FromMilliseconds(_random.Next(60));
        }
    }
}
