using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FuncExec.ExecutorPlugins.Tests.Http;

public sealed class TlsTests : IDisposable
{
    private readonly HttpFixture _http = new(time: new QuickTime());

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Certificate_that_nobody_vouches_for_is_a_failure()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = Request(key, "CN=127.0.0.1").CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using RawServer server = new(static exchange => exchange.SendAsync(RawServer.Ok()), certificate);

        TaskOutcome.Failed failed = (await _http.Get($"https://127.0.0.1:{server.Port}/?s3cret")).Unreached();

        Assert.Contains("TLS", failed.Message);
        Assert.DoesNotContain("s3cret", failed.Message);
        Assert.Empty(server.Requests);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Certificate_that_names_an_address_makes_nobody_fetch_it()
    {
        using TcpListener victim = new(IPAddress.Loopback, 0);
        victim.Start();
        string issuer = $"http://127.0.0.1:{((IPEndPoint)victim.LocalEndpoint).Port}/issuer.cer";
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest rootRequest = Request(rootKey, "CN=Root");
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 root = rootRequest.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = Request(key, "CN=127.0.0.1");
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [issuer]));
        using X509Certificate2 bare = request.Create(root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3]);
        using X509Certificate2 certificate = bare.CopyWithPrivateKey(key);
        await using RawServer server = new(static exchange => exchange.SendAsync(RawServer.Ok()), certificate);

        (await _http.Get($"https://127.0.0.1:{server.Port}/")).Unreached();

        Assert.False(victim.Pending());
    }

    [Fact]
    public async Task Plain_server_where_tls_is_spoken_is_a_failure()
    {
        using TcpListener plain = new(IPAddress.Loopback, 0);
        plain.Start();
        Task speaking = SpeakAsync(plain);

        Assert.Contains("TLS", (await _http.Get($"https://127.0.0.1:{((IPEndPoint)plain.LocalEndpoint).Port}/")).Unreached().Message);

        plain.Stop();
        await speaking;
    }

    private static CertificateRequest Request(ECDsa key, string name)
    {
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    private static async Task SpeakAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync("220 mail.example ESMTP\r\n"u8.ToArray());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }
}
