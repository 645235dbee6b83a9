using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Telemetry;

/// <summary>What a service has sent.</summary>
/// <param name="Path">Where to.</param>
/// <param name="ContentType">As what.</param>
/// <param name="Header">What the header x-tenant said.</param>
/// <param name="Body">The message.</param>
internal sealed record Sent(string Path, string? ContentType, string? Header, byte[] Body);

/// <summary>An OTLP collector that takes everything and keeps it.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<Sent> _sent = new();
    private readonly Task _loop;

    public Collector()
    {
        Address = $"http://127.0.0.1:{FreePort()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _loop = TakeAsync();
    }

    public string Address { get; }

    /// <summary>What came for a signal.</summary>
    public IReadOnlyList<Sent> Of(string signal) => [.. _sent.Where(sent => sent.Path == "/v1/" + signal)];

    /// <summary>Waits until something came for a signal that holds.</summary>
    public Task UntilAsync(string signal, Func<IReadOnlyList<Sent>, bool> holds) =>
        Patience.UntilAsync($"the collector has what is awaited of {signal}", () => holds(Of(signal)));

    /// <summary>The names of the spans that came.</summary>
    public IEnumerable<string> SpanNames() => Of("traces").SelectMany(static sent => Protobuf.SpanNames(sent.Body));

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task TakeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return; // Closed.
            }

            using MemoryStream body = new();
            await using Stream read = context.Request.Headers["Content-Encoding"] == "gzip"
                ? new GZipStream(context.Request.InputStream, CompressionMode.Decompress)
                : context.Request.InputStream;
            await read.CopyToAsync(body);
            _sent.Enqueue(new Sent(context.Request.Url!.AbsolutePath, context.Request.ContentType, context.Request.Headers["x-tenant"], body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }
}
