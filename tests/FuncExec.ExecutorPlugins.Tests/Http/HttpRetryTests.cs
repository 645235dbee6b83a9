using System.Net;
using System.Net.Sockets;
using FuncExec.ExecutorPlugins.Http.Network;

namespace FuncExec.ExecutorPlugins.Tests.Http;

public sealed class HttpRetryTests : IDisposable
{
    private readonly QuickTime _time = new();
    private readonly HttpFixture _http;

    public HttpRetryTests() => _http = new HttpFixture(time: _time);

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData(502, "GET")]
    [InlineData(503, "PUT")]
    [InlineData(504, "DELETE")]
    [InlineData(503, "OPTIONS")]
    public async Task Fault_that_passes_is_tried_again(int status, string method)
    {
        string fault = RawServer.Status($"{status} Later", "busy");
        await using RawServer server = RawServer.Answering(fault, fault, fault, RawServer.Ok("done"));

        TaskOutcome outcome = (await _http.Send(server.Url, $$""" "method":"{{method}}" """)).Succeeded();

        Assert.Equal(3, outcome.Detail("retries").GetInt32());
        Assert.Equal("done", _http.Output.Stdout);
        Assert.Equal(3, _time.Waits.Count);
        Assert.All(_time.Waits, static wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task Last_answer_counts_when_the_fault_stays()
    {
        await using RawServer server = RawServer.Answering(RawServer.Status("503 Later", "busy"));

        (await _http.Get(server.Url)).Failed(FailureKind.Exit, 503);

        Assert.Equal(4, server.Requests.Count);
        Assert.Equal("busy", _http.Output.Stdout);
    }

    [Theory]
    [InlineData(503, "\"method\":\"POST\"")]
    [InlineData(503, "\"method\":\"PATCH\"")]
    [InlineData(503, "\"method\":\"PURGE\"")]
    [InlineData(500, "\"method\":\"GET\"")]
    [InlineData(501, "\"method\":\"GET\"")]
    [InlineData(429, "\"method\":\"GET\"")]
    public async Task Other_faults_and_methods_are_sent_once(int status, string members)
    {
        await using RawServer server = RawServer.Answering(RawServer.Status($"{status} X"), RawServer.Ok());

        (await _http.Send(server.Url, members)).Failed(FailureKind.Exit, status);

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Status_that_is_a_success_is_no_fault()
    {
        await using RawServer server = RawServer.Answering(RawServer.Status("503 Fine"));

        (await _http.Send(server.Url, "\"acceptStatus\":[503]")).Succeeded();

        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("30", 30)]
    [InlineData("0", 0)]
    [InlineData("Thu, 01 Jan 1970 00:00:20 GMT", 20)]
    [InlineData("Fri, 01 Jan 1960 00:00:00 GMT", 0)]
    public async Task Server_says_when_to_come_back(string header, int seconds)
    {
        await using RawServer server = RawServer.Answering(RawServer.Status("503 Later", "", $"Retry-After: {header}\r\n"), RawServer.Ok());

        (await _http.Get(server.Url)).Succeeded();

        // A delay of nothing needs no timer.
        Assert.Equal(seconds == 0 ? [] : [TimeSpan.FromSeconds(seconds)], _time.Waits.Where(static wait => wait > TimeSpan.Zero));
    }

    [Theory]
    [InlineData("31")]
    [InlineData("Fri, 01 Jan 2100 00:00:00 GMT")]
    public async Task Server_that_says_much_later_has_its_answer_taken(string header)
    {
        await using RawServer server = RawServer.Answering(RawServer.Status("503 Later", "", $"Retry-After: {header}\r\n"), RawServer.Ok());

        Assert.Equal(header, (await _http.Get(server.Url)).Failed(FailureKind.Exit, 503).Detail("headers").GetProperty("retry-after").GetString());

        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("GET", 4)]
    [InlineData("POST", 1)]
    public async Task Connection_that_breaks_before_the_answer_is_tried_again_only_where_nothing_is_done_twice(string method, int requests)
    {
        await using RawServer server = new(exchange =>
        {
            exchange.Reset();
            return Task.CompletedTask;
        });

        TaskOutcome.Failed failed = (await _http.Send(server.Url, $$""" "method":"{{method}}" """)).Unreached();

        Assert.Equal(requests, server.Requests.Count);
        Assert.Contains("broke", failed.Message);
        Assert.Contains($"{server.Port}", failed.Message);
    }

    [Theory]
    [InlineData("\"method\":\"POST\"")]
    [InlineData("\"method\":\"POST\",\"body\":\"x\"")]
    public async Task Request_on_a_kept_connection_is_not_repeated_behind_our_back(string members)
    {
        int count = 0;
        await using RawServer server = new(exchange =>
        {
            if (Interlocked.Increment(ref count) == 1)
            {
                return exchange.SendAsync(RawServer.Ok());
            }

            exchange.Close();
            return Task.CompletedTask;
        });

        (await _http.Get(server.Url)).Succeeded();
        (await _http.Send(server.Url, members)).Unreached();

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Refused_connection_is_tried_again_with_any_method()
    {
        int port = FreePort();
        int connects = 0;
        await using RawServer server = RawServer.Answering(RawServer.Ok());
        using HttpFixture http = new(HttpFixture.Loopback, _time, HttpNetwork.Machine with
        {
            ConnectAsync = (endPoint, token) => HttpNetwork.Machine.ConnectAsync(
                new IPEndPoint(endPoint.Address, Interlocked.Increment(ref connects) <= 2 ? port : server.Port), token),
        });

        TaskOutcome outcome = (await http.Send(server.Url, "\"method\":\"POST\",\"body\":\"x\"")).Succeeded();

        Assert.Equal(2, outcome.Detail("retries").GetInt32());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Nobody_there_is_a_failure_that_names_the_place()
    {
        int port = FreePort();

        TaskOutcome.Failed failed = (await _http.Get($"http://127.0.0.1:{port}/?key=s3cret")).Unreached();

        Assert.Contains($"127.0.0.1:{port}", failed.Message);
        Assert.Contains("3 retries", failed.Message);
        Assert.DoesNotContain("s3cret", failed + failed.Details!.ToString());
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, 1, "not known")]
    [InlineData(SocketError.NoData, 1, "not known")]
    [InlineData(SocketError.TryAgain, 4, "name server")]
    public async Task Name_is_looked_up_again_only_when_the_name_server_was_silent(SocketError error, int lookUps, string message)
    {
        int count = 0;
        using HttpFixture http = new(HttpFixture.Loopback, _time, HttpNetwork.Machine with
        {
            ResolveAsync = (_, _) =>
            {
                count++;
                throw new SocketException((int)error);
            },
        });

        Assert.Contains(message, (await http.Get("http://a.example/")).Unreached().Message);
        Assert.Equal(lookUps, count);
    }

    [Fact]
    public async Task Address_that_takes_no_connection_gives_way_to_the_next()
    {
        int port = FreePort();
        List<IPAddress> tried = [];
        await using RawServer server = RawServer.Answering(RawServer.Ok());
        using HttpFixture http = new(HttpFixture.Loopback with { ConnectTimeout = TimeSpan.FromMinutes(2) }, _time, new HttpNetwork(
            (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.9"), IPAddress.Loopback]),
            (endPoint, token) =>
            {
                tried.Add(endPoint.Address);
                return HttpNetwork.Machine.ConnectAsync(new IPEndPoint(IPAddress.Loopback, tried.Count == 1 ? port : endPoint.Port), token);
            }));

        Assert.Equal(0, (await http.Get($"http://a.example:{server.Port}/")).Succeeded().Detail("retries").GetInt32());
        Assert.Equal([IPAddress.Parse("127.0.0.9"), IPAddress.Loopback], tried);
    }

    [Fact]
    public async Task Connection_that_does_not_come_about_in_time_is_given_up()
    {
        using HttpFixture http = new(HttpFixture.Loopback with { ConnectTimeout = TimeSpan.FromMilliseconds(100) }, TimeProvider.System, HttpNetwork.Machine with
        {
            ConnectAsync = static async (_, token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return Stream.Null;
            },
        });

        Assert.Contains("3 retries", (await http.Get("http://127.0.0.1/")).Unreached().Message);
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
