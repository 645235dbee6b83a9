using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FuncExec.Runtime.Functions.Front;
using FuncExec.Runtime.Functions.Hosting;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Runtime.Functions.Tests;

/// <summary>A service that other machines reach.</summary>
public sealed class PublicAddressTests : IDisposable
{
    private readonly TestDirectory _directory = new() { Kept = true };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Callers_are_served_by_tls_under_its_names()
    {
        (string certificate, string key) = MakeCertificate("jobs.example.org");
        await using TestApp app = await TestApp.StartAsync(new TestAppOptions
        {
            Types = [typeof(LevelApp)],
            OwnAddress = true,
            Arguments =
            [
                "--urls", "https://0.0.0.0:0", "--FuncExec:Http:AllowedHosts", "jobs.example.org,*.example.net",
                "--Kestrel:Certificates:Default:Path", certificate, "--Kestrel:Certificates:Default:KeyPath", key,
            ],
        });
        using HttpClientHandler handler = new() { ServerCertificateCustomValidationCallback = static (_, seen, _, _) => seen!.Subject == "CN=jobs.example.org" };
        using HttpClient client = new(handler) { BaseAddress = new Uri($"https://127.0.0.1:{app.Address.Port}"), Timeout = TestApp.Patience };

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "jobs.example.org", app.Key));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "a.b.example.net:8443", app.Key));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "localhost", app.Key));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await StatusAsync(client, "example.net", app.Key));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await StatusAsync(client, "evil.example", app.Key));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "jobs.example.org", "wrong"));
    }

    [Theory]
    [InlineData(null, "without a certificate")]
    [InlineData("/etc/hostname", "/etc/hostname")]
    [InlineData("/no/such/file.pem", "/no/such/file.pem")]
    public async Task Tls_without_a_certificate_ends_the_start(string? path, string word)
    {
        string[] settings = path is null ? [] : ["--Kestrel:Certificates:Default:Path", path];
        FunctionsStartException refusal = await Assert.ThrowsAsync<FunctionsStartException>(() => TestApp.StartAsync(
            new TestAppOptions { Types = [typeof(LevelApp)], OwnAddress = true, Arguments = ["--urls", "https://127.0.0.1:0", .. settings] }));
        Assert.Contains(word, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Kestrel__Certificates__Default__Path", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "10.0.0.5", "jobs.example.org", 421)]
    [InlineData(true, "10.0.0.5", "jobs.example.org", 200)]
    [InlineData(true, "10.0.0.5", "localhost", 421)]
    [InlineData(true, "10.0.0.5", "127.0.0.1", 421)]
    [InlineData(true, "127.0.0.1", "localhost", 200)]
    [InlineData(true, "10.0.0.5", "10.0.0.5", 421)]
    public async Task Own_names_are_this_machines_alone(bool isPublic, string local, string host, int status)
    {
        HttpContext http = Request(local, "192.0.2.1", host);
        await Front(new RuntimeState { IsPublic = isPublic, Access = Access("jobs.example.org", "") }).InvokeAsync(http);
        Assert.Equal(status, http.Response.StatusCode);
    }

    [Theory]
    [InlineData("", "10.9.0.1", "203.0.113.7", "https", "10.9.0.1", "http")]
    [InlineData("10.9.0.0/16", "10.9.0.1", "203.0.113.7", "https", "203.0.113.7", "https")]
    [InlineData("10.9.0.0/16", "::ffff:10.9.0.1", "203.0.113.7:4711", "https", "203.0.113.7", "https")]
    [InlineData("10.9.0.0/16", "192.0.2.1", "203.0.113.7", "https", "192.0.2.1", "http")]
    [InlineData("10.9.0.0/16", "10.9.0.1", "1.2.3.4, 203.0.113.7, 10.9.0.2", "https", "203.0.113.7", "https")]
    [InlineData("10.9.0.1", "10.9.0.1", "6.6.6.6, 203.0.113.7", "http, https", "203.0.113.7", "https")]
    [InlineData("10.9.0.1", "10.9.0.1", "nonsense", "gopher", "10.9.0.1", "http")]
    [InlineData("2001:db8::/32", "2001:db8::1", "[2001:db9::7]:1", "https", "2001:db9::7", "https")]
    public void Only_a_proxy_of_ours_says_where_a_request_is_from(string proxies, string remote, string forwardedFor, string proto, string caller, string scheme)
    {
        HttpContext http = Request("10.0.0.5", remote, "jobs.example.org");
        http.Request.Headers["X-Forwarded-For"] = forwardedFor;
        http.Request.Headers["X-Forwarded-Proto"] = proto;
        http.Request.Headers["X-Forwarded-Host"] = "evil.example";
        ForwardedRequest.Apply(http, Access("jobs.example.org", proxies));
        Assert.Equal(caller, http.Connection.RemoteIpAddress!.ToString());
        Assert.Equal(scheme, http.Request.Scheme);
        Assert.Equal("jobs.example.org", http.Request.Host.Value);
    }

    [Theory]
    [InlineData(false, "http://jobs.example.org", true)]
    [InlineData(false, "https://jobs.example.org", false)]
    [InlineData(true, "https://jobs.example.org", true)]
    [InlineData(true, "https://jobs.example.org:8443", false)]
    [InlineData(true, "https://evil.example", false)]
    public void Behind_a_proxy_the_own_origin_is_https(bool tlsByProxy, string origin, bool mayChange)
    {
        HttpContext http = Request("10.0.0.5", "10.9.0.1", "jobs.example.org");
        http.Request.Headers.Origin = origin;
        Assert.Equal(mayChange, RequestRules.RefuseOrigin(http.Request, tlsByProxy) is null);
    }

    [Fact]
    public async Task Endpoints_of_the_servers_own_section_are_refused()
    {
        FunctionsStartException refusal = await Assert.ThrowsAsync<FunctionsStartException>(() => TestApp.StartAsync(
            new TestAppOptions { Types = [typeof(LevelApp)], Arguments = ["--Kestrel:Endpoints:Http:Url", "http://0.0.0.0:9"] }));
        Assert.Contains("--urls", refusal.Message, StringComparison.Ordinal);
    }

    private static FrontMiddleware Front(RuntimeState state) => new(
        static http =>
        {
            http.Response.StatusCode = 200;
            return Task.CompletedTask;
        },
        state,
        NullLogger<FrontMiddleware>.Instance);

    private static HttpAccess Access(string hosts, string proxies) => HttpAccess.Read(new ConfigurationBuilder().AddInMemoryCollection(
        new Dictionary<string, string?> { ["FuncExec:Http:AllowedHosts"] = hosts, ["FuncExec:Http:Proxies"] = proxies }).Build());

    private static DefaultHttpContext Request(string local, string remote, string host) => new()
    {
        Connection = { LocalIpAddress = IPAddress.Parse(local), RemoteIpAddress = IPAddress.Parse(remote) },
        Request = { Method = "POST", Scheme = "http", Host = new HostString(host), Path = "/api/jobs" },
        Response = { StatusCode = 500 },
    };

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string host, string key)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/manager");
        request.Headers.Host = host;
        request.Headers.Add("x-functions-key", key);
        using HttpResponseMessage response = await client.SendAsync(request);
        return response.StatusCode;
    }

    private (string Certificate, string Key) MakeCertificate(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        Directory.CreateDirectory(_directory.Data);
        string path = Path.Combine(_directory.Data, "service.pem"), keyPath = Path.Combine(_directory.Data, "service.key");
        File.WriteAllText(path, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return (path, keyPath);
    }
}
