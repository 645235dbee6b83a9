using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using FuncExec.ExecutorPlugins.Http;
using FuncExec.ExecutorPlugins.Http.Network;

namespace FuncExec.ExecutorPlugins.Tests.Http;

/// <summary>Each tries to reach this machine or its surroundings; none may make a connection.</summary>
public sealed class HostileAddressTests : IDisposable
{
    private static readonly IPAddress Public = IPAddress.Parse("93.184.215.14");

    private readonly TcpListener _victim = Listen();
    private readonly List<IPEndPoint> _connected = [];

    private int Port => ((IPEndPoint)_victim.LocalEndpoint).Port;

    public void Dispose() => _victim.Dispose();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0X7F.0.0.1")]
    [InlineData("0177.0.0.1")]
    [InlineData("017700000001")]
    [InlineData("0000177.0.0.01")]
    [InlineData("127.1")]
    [InlineData("127.0.1")]
    [InlineData("0x7f.1")]
    [InlineData("127.0.0.1.")]
    [InlineData("127.0.0.2")]
    [InlineData("127.255.255.254")]
    [InlineData("%31%32%37.0.0.1")]
    [InlineData("127%2e0%2e0%2e1")]
    [InlineData("１２７.０.０.１")]
    [InlineData("127。0。0。1")]
    [InlineData("①②⑦.⓪.⓪.①")]
    [InlineData("localhost")]
    [InlineData("LOCALHOST")]
    [InlineData("localhost.")]
    [InlineData("ⓛocalhost")]
    [InlineData("a.localhost")]
    [InlineData("localhost.localdomain")]
    [InlineData("127.0.0.1.nip.io")]
    [InlineData("0")]
    [InlineData("0.0.0.0")]
    [InlineData("[::]")]
    [InlineData("[::1]")]
    [InlineData("[0:0:0:0:0:0:0:1]")]
    [InlineData("[::1%251]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("[::127.0.0.1]")]
    [InlineData("[64:ff9b::127.0.0.1]")]
    [InlineData("[64:ff9b::7f00:1]")]
    [InlineData("[2002:7f00:1::]")]
    [InlineData("[2001:0:7f00:1::]")]
    [InlineData("169.254.169.254")]
    [InlineData("0xa9fea9fe")]
    [InlineData("2852039166")]
    [InlineData("[::ffff:169.254.169.254]")]
    [InlineData("[fd00:ec2::254]")]
    [InlineData("100.100.100.200")]
    [InlineData("168.63.129.16")]
    [InlineData("[fe80::1]")]
    [InlineData("[fe80::1%251]")]
    [InlineData("[fc00::1]")]
    [InlineData("[ff02::1]")]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("[2001:db8::1]")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("example.com@127.0.0.1")]
    [InlineData("a:b@[::1]")]
    [InlineData("127.0.0.1\\\\@example.com")]
    public async Task Address_is_refused_and_nothing_connects(string host)
    {
        // The worst of name servers: every name is this machine.
        using HttpFixture http = Create(new HttpExecutorOptions(), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));

        TaskOutcome outcome = await http.Get($"http://{host}:{Port}/");

        outcome.Unreached();
        AssertUntouched();
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("0x7f.1")]
    public async Task Address_is_refused_by_the_machines_own_look_up(string host)
    {
        using HttpFixture http = Create(new HttpExecutorOptions(), HttpNetwork.Machine.ResolveAsync);

        Assert.Contains("FuncExec__Executors__Http__AllowedAddresses", (await http.Get($"http://{host}:{Port}/")).Unreached().Message);
        AssertUntouched();
    }

    [Theory]
    [InlineData("93.184.215.14", "127.0.0.1")]
    [InlineData("127.0.0.1", "93.184.215.14")]
    [InlineData("2606:2800:220:1::1", "fe80::1")]
    [InlineData("93.184.215.14", "::ffff:10.0.0.1")]
    public async Task One_bad_address_among_good_ones_is_refused(string first, string second)
    {
        using HttpFixture http = Create(new HttpExecutorOptions(), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(first), IPAddress.Parse(second)]));

        (await http.Get($"http://mixed.example:{Port}/")).Unreached();
        AssertUntouched();
    }

    [Fact]
    public async Task Bad_address_behind_many_good_ones_is_refused()
    {
        using HttpFixture http = Create(new HttpExecutorOptions(), (_, _) => Task.FromResult<IPAddress[]>([.. Enumerable.Repeat(Public, 50), IPAddress.Loopback]));

        (await http.Get($"http://many.example:{Port}/")).Unreached();
        AssertUntouched();
    }

    [Fact]
    public async Task Name_that_changes_its_address_is_connected_where_it_was_checked()
    {
        int lookUps = 0;
        await using RawServer server = RawServer.Answering(RawServer.Ok("public", "Connection: close\r\n"));
        using HttpFixture http = Create(
            new HttpExecutorOptions(),
            (_, _) => Task.FromResult<IPAddress[]>([Interlocked.Increment(ref lookUps) == 1 ? Public : IPAddress.Loopback]),
            server.Port);

        (await http.Get($"http://rebinding.example:{Port}/")).Succeeded();
        Assert.Equal(1, lookUps);
        Assert.Equal([new IPEndPoint(Public, Port)], _connected);

        // The second connection looks again, and what it finds now is this machine.
        Assert.Contains("loopback", (await http.Get($"http://rebinding.example:{Port}/")).Unreached().Message);
        Assert.Single(_connected);
        Assert.Single(server.Requests);
        Assert.False(_victim.Pending());
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("//127.0.0.1:{0}/")]
    [InlineData("http://0x7f000001:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("http://[::1]:{0}/")]
    [InlineData("http://localhost:{0}/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://trusted.example@127.0.0.1:{0}/")]
    public async Task Redirect_to_a_bad_address_is_refused(string location)
    {
        await using RawServer server = RawServer.Answering(RawServer.Redirect(302, string.Format(System.Globalization.CultureInfo.InvariantCulture, location, Port)));
        using HttpFixture http = Create(new HttpExecutorOptions { AllowedAddresses = ["trusted.example"] }, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));

        TaskOutcome outcome = await http.Get($"http://trusted.example:{server.Port}/");

        outcome.Unreached();
        Assert.Equal(1, outcome.Detail("redirects").GetInt32());
        Assert.Single(server.Requests);
        Assert.Equal([server.Port], _connected.Select(static endPoint => endPoint.Port));
        Assert.False(_victim.Pending());
    }

    [Theory]
    [InlineData("trusted.example")]
    [InlineData("TRUSTED.Example.")]
    public async Task Name_that_is_allowed_may_have_any_address(string entry)
    {
        await using RawServer server = RawServer.Answering(RawServer.Ok());
        using HttpFixture http = Create(new HttpExecutorOptions { AllowedAddresses = [entry] }, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));

        (await http.Get($"http://trusted.example:{server.Port}/")).Succeeded();
        (await http.Get($"http://trusted.example.:{server.Port}/")).Succeeded();
        (await http.Get($"http://not.trusted.example:{server.Port}/")).Unreached();
        (await http.Get($"http://127.0.0.1:{server.Port}/")).Unreached();
    }

    [Fact]
    public async Task Proxy_of_the_process_is_not_asked()
    {
        await using RawServer server = RawServer.Answering(RawServer.Ok("direct"));
        IWebProxy before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy($"http://127.0.0.1:{Port}");
        try
        {
            using HttpFixture http = new();
            (await http.Get(server.Url)).Succeeded();
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }

        AssertUntouched();
    }

    [Fact]
    public void Address_written_out_is_a_mistake_before_anything_is_queued()
    {
        using HttpFixture http = new(new HttpExecutorOptions());
        using JsonDocument payload = JsonDocument.Parse("""{"url":"http://0x7f.1/?s3cret"}""");

        PayloadMistake mistake = Assert.Single(http.Executor.Validate(payload.RootElement));

        Assert.Equal("$.url", mistake.Path);
        Assert.Contains("loopback", mistake.Message);
        Assert.DoesNotContain("s3cret", mistake.Message);
    }

    private static TcpListener Listen()
    {
        TcpListener listener = TcpListener.Create(0); // IPv4 and IPv6, all addresses of this machine.
        listener.Start();
        return listener;
    }

    private HttpFixture Create(HttpExecutorOptions options, Func<string, CancellationToken, Task<IPAddress[]>> resolve, int? divertTo = null) =>
        new(options with { ConnectTimeout = TimeSpan.FromMinutes(1) }, TimeProvider.System, new HttpNetwork(
            resolve,
            (endPoint, token) =>
            {
                _connected.Add(endPoint);
                return HttpNetwork.Machine.ConnectAsync(divertTo is { } port ? new IPEndPoint(IPAddress.Loopback, port) : endPoint, token);
            }));

    private void AssertUntouched()
    {
        Assert.Empty(_connected);
        Assert.False(_victim.Pending());
    }
}
