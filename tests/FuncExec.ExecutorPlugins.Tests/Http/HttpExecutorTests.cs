using System.IO.Compression;
using System.Text;
using FuncExec.ExecutorPlugins.Http;
using FuncExec.ExecutorPlugins.Tests.Processes;

namespace FuncExec.ExecutorPlugins.Tests.Http;

public sealed class HttpExecutorTests : IDisposable
{
    private readonly HttpFixture _http = new();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Body_of_the_answer_is_the_output()
    {
        await using RawServer server = RawServer.Answering(RawServer.Ok("héllo"));

        Assert.Equal(0, Assert.IsType<TaskOutcome.Succeeded>(await _http.Get(server.Url)).ExitCode);
        Assert.Equal("héllo", _http.Output.Stdout);
        Assert.Equal(0, _http.Output.StderrLength);
    }

    [Fact]
    public async Task Details_tell_of_the_answer_without_secrets()
    {
        await using RawServer server = RawServer.Answering(RawServer.Ok(
            "four", "Content-Type: text/plain\r\nX-Token: s3cret\r\nSet-Cookie: session=s3cret\r\nX-Rows: 1\r\nX-Rows: 2\r\n"));

        TaskOutcome outcome = await _http.Run($$"""{"url":"{{server.Url}}a%20b?key=s3cret&s3cret&page=#s3cret","resultHeaders":["x-rows"]}""");

        Assert.Equal(200, outcome.Succeeded().Detail("status").GetInt32());
        Assert.Equal($"{server.Url}a%20b?key=***&***&page=***", outcome.Detail("url").GetString());
        Assert.Equal(4, outcome.Detail("bodyBytes").GetInt64());
        Assert.Equal(0, outcome.Detail("redirects").GetInt32());
        Assert.Equal(0, outcome.Detail("retries").GetInt32());
        Assert.True(TimeSpan.Parse(outcome.Detail("duration").GetString()!) > TimeSpan.Zero);
        Assert.Equal(["content-length", "content-type", "x-rows"], outcome.Detail("headers").EnumerateObject().Select(static header => header.Name).Order());
        Assert.Equal("1, 2", outcome.Detail("headers").GetProperty("x-rows").GetString());
        Assert.DoesNotContain("s3cret", outcome.Details.ToString());
    }

    [Fact]
    public async Task Request_is_sent_as_the_payload_says()
    {
        await using RawServer server = RawServer.Answering(RawServer.Ok());

        (await _http.Send(server.Url + "x?y=1#z", """ "method":"patch","headers":{"X-A":"1","X-B":["2","3"],"Authorization":"Bearer t"},"json":{"a":[1,"é"]} """)).Succeeded();

        RawRequest request = Assert.Single(server.Requests);
        Assert.Equal("PATCH /x?y=1 HTTP/1.1", request.Line);
        Assert.Equal("1", request.Header("X-A"));
        Assert.Equal("2, 3", request.Header("X-B")?.Replace("|", ", "));
        Assert.Equal("Bearer t", request.Header("Authorization"));
        Assert.Equal("application/json", request.Header("Content-Type"));
        Assert.Equal("FuncExec", request.Header("User-Agent"));
        Assert.Equal($"127.0.0.1:{server.Port}", request.Header("Host"));
        Assert.Equal("""{"a":[1,"é"]}""", request.Text);
    }

    [Theory]
    [InlineData("\"body\":\"a\\u0000é\"", "text/plain; charset=utf-8", "a\0é")]
    [InlineData("\"bodyBase64\":\"aGk=\"", "application/octet-stream", "hi")]
    [InlineData("\"json\":null", "application/json", "null")]
    [InlineData("\"body\":\"<a/>\",\"headers\":{\"content-type\":\"text/xml\"}", "text/xml", "<a/>")]
    public async Task Bodies_are_sent_with_their_type(string body, string type, string text)
    {
        await using RawServer server = RawServer.Answering(RawServer.Ok());

        (await _http.Run($$"""{"url":"{{server.Url}}","method":"POST",{{body}}}""")).Succeeded();

        Assert.Equal(type, Assert.Single(server.Requests).Header("Content-Type"));
        Assert.Equal(text, Assert.Single(server.Requests).Text);
    }

    [Fact]
    public async Task Nothing_of_the_service_is_sent_along()
    {
        using System.Diagnostics.Activity activity = new System.Diagnostics.Activity("work").Start();
        await using RawServer server = RawServer.Answering(RawServer.Ok("", "Set-Cookie: a=b\r\n"));

        (await _http.Get(server.Url)).Succeeded();
        (await _http.Get(server.Url)).Succeeded();

        string[] names = [.. server.Requests.Last().Head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(static line => line[..line.IndexOf(':')])];
        Assert.Equal(["Accept-Encoding", "Host", "User-Agent"], names.Order());
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData("204 No Content", "", true)]
    [InlineData("404 Not Found", "", false)]
    [InlineData("302 Found", "", false)]
    [InlineData("404 Not Found", ",\"acceptStatus\":[200,404]", true)]
    [InlineData("404 Not Found", ",\"acceptStatus\":[\"4xx\"]", true)]
    [InlineData("418 Teapot", ",\"acceptStatus\":[\"400-417\"]", false)]
    [InlineData("200 OK", ",\"acceptStatus\":[\"201\"]", false)]
    public async Task Status_decides(string status, string member, bool succeeds)
    {
        await using RawServer server = RawServer.Answering(RawServer.Status(status));

        TaskOutcome outcome = await _http.Run($$"""{"url":"{{server.Url}}"{{member}}}""");

        int code = int.Parse(status[..3]);
        Assert.Equal(code, outcome.Detail("status").GetInt32());
        if (succeeds)
        {
            outcome.Succeeded();
        }
        else
        {
            Assert.Contains(status[..3], outcome.Failed(FailureKind.Exit, code).Message);
        }
    }

    [Fact]
    public async Task Body_of_an_error_is_kept_too()
    {
        await using RawServer server = RawServer.Answering(RawServer.Status("422 No", "because"));

        (await _http.Get(server.Url)).Failed(FailureKind.Exit, 422);

        Assert.Equal("because", _http.Output.Stdout);
    }

    [Fact]
    public async Task Answer_to_head_has_no_body()
    {
        await using RawServer server = RawServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 123\r\n\r\n");

        Assert.Equal(0, (await _http.Run($$"""{"url":"{{server.Url}}","method":"HEAD"}""")).Succeeded().Detail("bodyBytes").GetInt64());
    }

    [Fact]
    public async Task Output_comes_while_the_server_still_sends()
    {
        TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawServer server = new(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\none");
            await seen.Task.WaitAsync(exchange.Stopped);
            await exchange.SendAsync("two");
        });
        CapturedOutput output = new();

        Task<TaskOutcome> running = _http.Run($$"""{"url":"{{server.Url}}"}""", output);
        await output.Until(static text => text == "one");
        seen.SetResult();

        (await running).Succeeded();
        Assert.Equal("onetwo", output.Stdout);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Compressed_answer_is_written_plain(string encoding)
    {
        byte[] body = Compress(encoding, Encoding.UTF8.GetBytes(new string('x', 5000)));
        await using RawServer server = new(async exchange =>
        {
            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {body.Length}\r\n\r\n");
            await exchange.SendAsync(body);
        });

        (await _http.Get(server.Url)).Succeeded();

        Assert.Equal(new string('x', 5000), _http.Output.Stdout);
    }

    [Fact]
    public async Task Cancelling_ends_the_request()
    {
        using CancellationTokenSource cancel = new();
        await using RawServer server = new(exchange =>
        {
            cancel.Cancel();
            return Task.Delay(Timeout.Infinite, exchange.Stopped);
        });

        TaskOutcome outcome = await _http.Run($$"""{"url":"{{server.Url}}"}""", cancellationToken: cancel.Token);

        Assert.IsType<TaskOutcome.Cancelled>(outcome);
        Assert.False(outcome.Details!.Value.TryGetProperty("status", out _));
    }

    [Fact]
    public async Task Cancelling_ends_the_request_in_the_middle_of_the_body()
    {
        using CancellationTokenSource cancel = new();
        await using RawServer server = new(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\n\r\nx");
            await Task.Delay(Timeout.Infinite, exchange.Stopped);
        });
        CapturedOutput output = new();

        Task<TaskOutcome> running = _http.Run($$"""{"url":"{{server.Url}}"}""", output, cancellationToken: cancel.Token);
        await output.Until(static text => text == "x");
        await cancel.CancelAsync();

        Assert.IsType<TaskOutcome.Cancelled>(await running);
    }

    [Fact]
    public async Task Request_that_takes_too_long_times_out()
    {
        FiredTime time = new();
        using HttpFixture http = new(time: time);
        await using RawServer server = new(exchange =>
        {
            time.Fire();
            return Task.Delay(Timeout.Infinite, exchange.Stopped);
        });

        TaskOutcome outcome = await http.Run($$"""{"url":"{{server.Url}}"}""", FiredTime.Never);

        Assert.Contains("01:00:00", Assert.IsType<TaskOutcome.TimedOut>(outcome).Message);
    }

    [Fact]
    public async Task Output_without_room_makes_the_server_wait()
    {
        const int size = 64 * 1024 * 1024;
        byte[] chunk = new byte[64 * 1024];
        long sent = 0;
        await using RawServer server = new(async exchange =>
        {
            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n");
            for (; sent < size; sent += chunk.Length)
            {
                await exchange.SendAsync(chunk);
            }
        });
        NarrowOutput output = new();

        Task<TaskOutcome> running = _http.Run($$"""{"url":"{{server.Url}}"}""", output);
        await output.Full.Task.WaitAsync(TimeSpan.FromMinutes(1));

        // What the sockets' buffers hold may be on its way; the rest waits until there is room.
        Assert.True(output.Length <= 64 * 1024);
        Assert.True(Volatile.Read(ref sent) < size);
        output.Room.SetResult();
        (await running).Succeeded();
        Assert.Equal(size, output.Length);
    }

    [Fact]
    public async Task Waiting_for_room_can_be_cancelled()
    {
        using CancellationTokenSource cancel = new();
        await using RawServer server = RawServer.Answering(RawServer.Ok("x"));
        NarrowOutput output = new();

        Task<TaskOutcome> running = _http.Run($$"""{"url":"{{server.Url}}"}""", output, cancellationToken: cancel.Token);
        await output.Full.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await cancel.CancelAsync();

        Assert.IsType<TaskOutcome.Cancelled>(await running);
    }

    [Fact]
    public async Task Wrong_payload_is_not_sent()
    {
        TaskOutcome.Failed failed = (await _http.Run("""{"url":"ftp://127.0.0.1/"}""")).Unreached();

        Assert.Contains("$.url", failed.Message);
    }

    [Fact]
    public async Task Many_requests_run_at_once_over_kept_connections()
    {
        await using RawServer server = RawServer.Answering(RawServer.Ok("x"));

        for (int round = 0; round < 5; round++)
        {
            TaskOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => _http.Run($$"""{"url":"{{server.Url}}"}""", new OutputTail())));
            Assert.All(outcomes, static outcome => outcome.Succeeded());
        }

        Assert.Equal(200, server.Requests.Count);
        Assert.InRange(server.Connections, 1, 80);
    }

    [Fact]
    public async Task Health_needs_no_network()
    {
        using HttpFixture http = new(new HttpExecutorOptions());
        ExecutorHealth health = await http.Executor.CheckHealthAsync(CancellationToken.None);

        Assert.True(health.IsHealthy);
        Assert.Equal("http", http.Executor.Name);
    }

    private static byte[] Compress(string encoding, byte[] bytes)
    {
        using MemoryStream target = new();
        using (Stream compressor = encoding switch
        {
            "gzip" => new GZipStream(target, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(target, CompressionLevel.Fastest),
            _ => new BrotliStream(target, CompressionLevel.Fastest),
        })
        {
            compressor.Write(bytes);
        }

        return target.ToArray();
    }

    /// <summary>Has room for one piece, and then not until the test says.</summary>
    private sealed class NarrowOutput : ITaskOutput
    {
        public TaskCompletionSource Full { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Room { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Length { get; private set; }

        public void Write(OutputStream stream, ReadOnlySpan<byte> bytes) => Length += bytes.Length;

        public ValueTask WaitForRoomAsync(OutputStream stream)
        {
            if (Length == 0)
            {
                return ValueTask.CompletedTask;
            }

            Full.TrySetResult();
            return new ValueTask(Room.Task);
        }
    }
}
