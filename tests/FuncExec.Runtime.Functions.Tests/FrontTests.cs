using System.IO.Compression;
using System.Net;
using System.Text.Json;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Tests;

public sealed class FrontTests : IAsyncLifetime
{
    private readonly FrontProbe _probe = new();
    private TestApp _app = null!;

    public async Task InitializeAsync() => _app = await TestApp.StartAsync(new TestAppOptions
    {
        Types = [typeof(FrontApp), typeof(LevelApp), typeof(DurableApp)],
        HostJson = """{"version":"2.0","extensions":{"http":{"routePrefix":""}}}""",
        Configure = builder => builder.Services.AddSingleton(_probe),
    });

    public Task DisposeAsync() => _app.DisposeAsync().AsTask();

    [Fact]
    public async Task Large_body_reaches_the_function_while_it_is_sent()
    {
        // The server counts what frames the chunks, too.
        using GatedContent content = new(first: 100_000, rest: (FrontApp.Limit / 8 * 7) - 100_000, gate: _probe.Begun.Task);

        using HttpResponseMessage response = await _app.Http.PostAsync("/upload", content);

        Assert.Equal($"{FrontApp.Limit / 8 * 7}", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/upload", FrontApp.Limit + 1)]
    [InlineData("/small", 1001)]
    [InlineData("/usual", (32 * 1024 * 1024) + 1)]
    public async Task Body_beyond_the_functions_limit_is_413(string path, int size)
    {
        // As curl does: what is large is sent when the server wants it, so that a refusal is not met by a closed connection.
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new ByteArrayContent(new byte[size]) };
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage known = await _app.Http.SendAsync(request);
        using GatedContent content = new(first: size, rest: 0, gate: Task.CompletedTask);
        using HttpResponseMessage unknown = await _app.Http.PostAsync(path, content);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, known.StatusCode);
        Assert.Contains($"at most {size - 1} are taken", await known.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, unknown.StatusCode);
        Assert.Equal("application/problem+json", unknown.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("gzip", "/json/1000", "gzip")]
    [InlineData("br, gzip", "/json/1000", "br")]
    [InlineData("br", "/text/1024", "br")]
    [InlineData("gzip", "/problem", "gzip")]
    [InlineData("gzip", "/text/1023", null)]
    [InlineData("identity", "/json/1000", null)]
    [InlineData("gzip", "/range", null)]
    [InlineData("gzip", "/encoded", "zstd")]
    [InlineData("gzip", "/image", null)]
    public async Task Compression(string accepted, string path, string? encoding)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Headers.Add("Accept-Encoding", accepted);

        using HttpResponseMessage response = await _app.Http.SendAsync(request);

        Assert.Equal(encoding, response.Content.Headers.ContentEncoding.SingleOrDefault());
        await using Stream body = await response.Content.ReadAsStreamAsync();
        await using Stream plain = encoding switch
        {
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            _ => body,
        };
        string text = await new StreamReader(plain).ReadToEndAsync();
        Assert.True(text.Length >= 1_000);
        if (path == "/json/1000")
        {
            Assert.Equal(1000, JsonDocument.Parse(text).RootElement.GetArrayLength());
        }
    }

    [Theory]
    [InlineData("/events", "data: first\n\n")]
    [InlineData("/output", "first\n")]
    public async Task What_is_written_live_arrives_at_once_and_ends_when_the_caller_goes(string path, string first)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Headers.Add("Accept-Encoding", "gzip, br");
        using (HttpResponseMessage response = await _app.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            Assert.DoesNotContain(response.Content.Headers.ContentEncoding, static encoding => encoding is "gzip" or "br");
            byte[] bytes = new byte[first.Length];
            await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(bytes);
            Assert.Equal(first, System.Text.Encoding.UTF8.GetString(bytes));
            Assert.False(_probe.Ended.Task.IsCompleted);
        }

        await _probe.Ended.Task.WaitAsync(TestApp.Patience);
    }

    [Theory]
    [InlineData("/method", 200, "text/plain", 3L)] // The function sees GET.
    [InlineData("/text/5000", 200, "text/plain", 5000L)]
    [InlineData("/range", 200, "text/plain", 5000L)]
    [InlineData("/made", 201, "application/json", null)]
    [InlineData("/events", 200, "text/event-stream", null)]
    [InlineData("/output", 200, "text/plain", null)]
    [InlineData("/healthz", 200, "text/plain", 4L)]
    [InlineData("/own/x", 418, null, 0L)]
    [InlineData("/any", 200, "text/plain", 4L)]
    [InlineData("/failing", 500, "application/problem+json", null)]
    [InlineData("/function", 401, "application/problem+json", null)]
    [InlineData("/nowhere", 404, "application/problem+json", null)]
    [InlineData("/upload", 405, "application/problem+json", null)]
    public async Task Head_answers_as_get_without_a_body(string path, int status, string? type, long? length)
    {
        using HttpRequestMessage request = new(HttpMethod.Head, path);

        using HttpResponseMessage response = await _app.Http.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        if (length is not null)
        {
            Assert.Equal(length, response.Content.Headers.ContentLength);
        }

        Assert.Equal(path == "/made" ? "\"1\"" : null, response.Headers.ETag?.Tag);
    }

    [Theory]
    [InlineData("/method", "GET, HEAD, POST, OPTIONS")]
    [InlineData("/upload", "POST, OPTIONS")]
    [InlineData("/own/1", "GET, HEAD, OPTIONS")]
    [InlineData("/default", "GET, HEAD, POST, OPTIONS")]
    [InlineData("/runtime/webhooks/durabletask/instances/x", "DELETE, GET, OPTIONS")]
    public async Task Options_tells_what_is_allowed(string path, string allowed)
    {
        using HttpRequestMessage request = new(HttpMethod.Options, path);
        request.Headers.Add("Origin", "http://elsewhere.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");

        using HttpResponseMessage response = await _app.Http.SendAsync(request);
        using HttpResponseMessage other = await _app.Http.SendAsync(new HttpRequestMessage(new HttpMethod("BREW"), path));

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, other.StatusCode);
        Assert.Equal(allowed, string.Join(", ", other.Content.Headers.Allow));
        Assert.DoesNotContain(response.Headers, static header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("GET", "/healthz", 200)]
    [InlineData("HEAD", "/healthz", 200)]
    [InlineData("GET", "/HealthZ", 200)]
    [InlineData("GET", "/readyz", 404)] // Nothing is there.
    [InlineData("POST", "/healthz", 421)]
    [InlineData("GET", "/healthz/x", 421)]
    [InlineData("GET", "/method", 421)]
    public async Task Probe_may_use_any_name(string method, string path, int status)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        request.Headers.Host = "10.0.0.7:8080";
        request.Headers.Add("X-Forwarded-Host", "localhost");

        using HttpResponseMessage response = await _app.Http.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
    }

    /// <summary>A body of unknown length whose rest waits for a gate.</summary>
    private sealed class GatedContent(int first, int rest, Task gate) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await WriteAsync(stream, first);
            await gate.WaitAsync(TestApp.Patience);
            await WriteAsync(stream, rest);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        private static async Task WriteAsync(Stream stream, int count)
        {
            byte[] chunk = new byte[64 * 1024];
            for (; count > 0; count -= chunk.Length)
            {
                await stream.WriteAsync(chunk.AsMemory(0, Math.Min(count, chunk.Length)));
            }

            await stream.FlushAsync();
        }
    }
}
