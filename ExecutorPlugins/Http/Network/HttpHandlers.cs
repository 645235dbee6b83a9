using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FuncExec.ExecutorPlugins.Http.Network;

/// <summary>Makes the handler that all requests of a node share, with its pool of connections.</summary>
internal static class HttpHandlers
{
    /// <summary>What all headers of an answer may have together, in KiB.</summary>
    public const int MaxHeadersKibibytes = 64;

    private const int MostConnectionsPerServer = 256;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan IdleLifetime = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Makes it. Nothing of it is decided by the environment: no proxy, no stored credentials, no cookies; redirects are
    /// followed elsewhere, and a connection lives so briefly that a changed name is noticed.
    /// </summary>
    public static SocketsHttpHandler Create(TimeSpan connectTimeout, GuardedConnector connector) => new()
    {
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectCallback = connector.ConnectAsync,
        ConnectTimeout = connectTimeout,
        MaxConnectionsPerServer = MostConnectionsPerServer,
        MaxResponseDrainSize = 0, // Whoever sends more than was wanted loses the connection.
        MaxResponseHeadersLength = MaxHeadersKibibytes,
        PooledConnectionIdleTimeout = IdleLifetime,
        PooledConnectionLifetime = ConnectionLifetime,
        PreAuthenticate = false,
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = CreateChainPolicy() },
        UseCookies = false,
        UseProxy = false,
    };

    /// <summary>
    /// A certificate may name the address from which its issuer's can be had. By default it is fetched, whatever the
    /// address: a request that no rule of ours would see. So a server has to send its intermediates, as it ought to.
    /// </summary>
    private static X509ChainPolicy CreateChainPolicy()
    {
        X509ChainPolicy policy = new() { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
        policy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        return policy;
    }
}
