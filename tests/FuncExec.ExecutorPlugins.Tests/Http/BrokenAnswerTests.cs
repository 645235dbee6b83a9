using System.IO.Compression;
using System.Text;

namespace FuncExec.ExecutorPlugins.Tests.Http;

/// <summary>Servers that send too much, too little, or what is no HTTP.</summary>
public sealed class BrokenAnswerTests : IDisposable
{
    private readonly HttpFixture _http = new(time: new QuickTime());

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", 0)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", 10)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n", 10)]
    public async Task Longer_body_than_allowed_is_a_failure(string head, int written)
    {
        await using RawServer server = new(async exchange =>
        {
            await exchange.SendAsync(head + "0123456789A\r\n");
            await Task.Delay(Timeout.Infinite, exchange.Stopped);
        });

        TaskOutcome outcome = await _http.Send(server.Url, "\"maxResponseBytes\":10");

        Assert.Contains("longer than 10 bytes", outcome.Failed(FailureKind.Exit, 200).Message);
        Assert.Equal(written, _http.Output.StdoutLength);
        Assert.Equal(written, outcome.Detail("bodyBytes").GetInt32());
    }

    [Fact]
    public async Task Body_of_exactly_the_allowed_length_is_fine()
    {
        await using RawServer server = new(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\n\r\n0123456789");
            exchange.Close();
        });

        (await _http.Send(server.Url, "\"maxResponseBytes\":10")).Succeeded();
        Assert.Equal("0123456789", _http.Output.Stdout);
    }

    [Fact]
    public async Task Endless_body_is_cut_off_and_its_connection_closed()
    {
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawServer server = new(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
            byte[] chunk = new byte[64 * 1024];
            try
            {
                while (true)
                {
                    await exchange.SendAsync(chunk);
                }
            }
            catch (IOException)
            {
                closed.SetResult();
                throw;
            }
        });

        (await _http.Send(server.Url, "\"maxResponseBytes\":1000000")).Failed(FailureKind.Exit, 200);

        await closed.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(1_000_000, _http.Output.StdoutLength);
    }

    [Fact]
    public async Task Compressed_bomb_is_counted_as_what_it_unfolds_to()
    {
        using MemoryStream bomb = new();
        using (GZipStream gzip = new(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            byte[] zeros = new byte[1024 * 1024];
            for (int megabyte = 0; megabyte < 100; megabyte++)
            {
                gzip.Write(zeros);
            }
        }

        await using RawServer server = new(async exchange =>
        {
            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {bomb.Length}\r\n\r\n");
            await exchange.SendAsync(bomb.ToArray());
        });

        Assert.True(bomb.Length < 200_000);
        (await _http.Send(server.Url, "\"maxResponseBytes\":200000")).Failed(FailureKind.Exit, 200);
        Assert.Equal(200_000, _http.Output.StdoutLength);
    }

    [Theory]
    [InlineData("gzip", "rubbish, not compressed")]
    [InlineData("deflate", "rubbish, not compressed")]
    [InlineData("br", "rubbish, not compressed")]
    public async Task Rubbish_in_place_of_compressed_bytes_is_a_failure(string encoding, string body)
    {
        await using RawServer server = RawServer.Answering(RawServer.Ok(body, $"Content-Encoding: {encoding}\r\n"));

        Assert.Contains("broke off", (await _http.Get(server.Url)).Failed(FailureKind.Exit, 200).Message);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhalf\r\n")]
    public async Task Answer_that_breaks_off_is_a_failure_and_not_repeated(string answer)
    {
        await using RawServer server = new(async exchange =>
        {
            await exchange.SendAsync(answer);
            exchange.Close();
        });

        TaskOutcome.Failed failed = (await _http.Get(server.Url)).Failed(FailureKind.Exit, 200);

        string come = answer.Contains("zz", StringComparison.Ordinal) ? "" : "half";
        Assert.Contains($"after {come.Length} bytes", failed.Message);
        Assert.Equal(come, _http.Output.Stdout);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("HTTP/9.9 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 abc OK\r\n\r\n")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n")]
    public async Task What_is_no_http_is_a_failure(string answer)
    {
        await using RawServer server = new(async exchange =>
        {
            await exchange.SendAsync(answer);
            exchange.Close();
        });

        TaskOutcome outcome = await _http.Get(server.Url);

        Assert.False(outcome is TaskOutcome.Succeeded && _http.Output.StdoutLength > 0, outcome.ToString());
        Assert.InRange(server.Requests.Count, 1, 4);
    }

    [Fact]
    public async Task Headers_without_end_are_a_failure()
    {
        await using RawServer server = new(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\n");
            while (true)
            {
                await exchange.SendAsync($"X-A: {new string('x', 1000)}\r\n");
            }
        });

        Assert.Contains("64 KiB", (await _http.Get(server.Url)).Unreached().Message);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Details_stay_below_their_limit()
    {
        StringBuilder headers = new();
        string[] names = [.. Enumerable.Range(0, 32).Select(static number => $"X-{number}-{new string('n', 200)}")];
        foreach (string name in names)
        {
            headers.Append(name).Append(": ").Append('\u00e9', 700).Append("\r\n");
        }

        await using RawServer server = RawServer.Answering(RawServer.Ok("", headers.ToString()));

        TaskOutcome outcome = await _http.Send(
            server.Url + "?" + string.Join('&', Enumerable.Repeat("a=b", 2000)), $"\"resultHeaders\":[{string.Join(',', names.Select(static name => $"\"{name}\""))}]");

        Assert.InRange(Encoding.UTF8.GetByteCount(outcome.Succeeded().Details!.Value.GetRawText()), 1000, TaskOutcome.DetailsLimit);
    }

    [Fact]
    public async Task Executor_works_on_after_all_that()
    {
        int count = 0;
        await using RawServer server = new(async exchange =>
        {
            switch (Interlocked.Increment(ref count) % 4)
            {
                case 0:
                    exchange.Reset();
                    break;
                case 1:
                    await exchange.SendAsync("rubbish\r\n\r\n");
                    exchange.Close();
                    break;
                case 2:
                    await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx");
                    exchange.Close();
                    break;
                default:
                    await exchange.SendAsync(RawServer.Ok("fine"));
                    break;
            }
        });

        TaskOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => _http.Run($$"""{"url":"{{server.Url}}"}""", new OutputTail())));

        Assert.Contains(outcomes, static outcome => outcome is TaskOutcome.Succeeded);
        Assert.Contains(outcomes, static outcome => outcome is TaskOutcome.Failed);
        await using RawServer good = RawServer.Answering(RawServer.Ok("fine"));
        (await _http.Get(good.Url)).Succeeded();
    }
}
