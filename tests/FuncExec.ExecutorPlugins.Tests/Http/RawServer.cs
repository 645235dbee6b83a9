using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace FuncExec.ExecutorPlugins.Tests.Http;

/// <summary>A server on loopback that answers with the bytes that a test wants, right or wrong.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<RawExchange, Task> _answer;
    private readonly X509Certificate2? _certificate;
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;
    private int _accepted;

    /// <param name="answer">Answers one request; a connection that it does not keep is closed.</param>
    /// <param name="certificate">With one, TLS is spoken.</param>
    public RawServer(Func<RawExchange, Task> answer, X509Certificate2? certificate = null)
    {
        _answer = answer;
        _certificate = certificate;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}/";

    public int Connections => Volatile.Read(ref _accepted);

    public ConcurrentQueue<RawRequest> Requests { get; } = [];

    /// <summary>Gives each request the next of these answers, and the last one from then on.</summary>
    public static RawServer Answering(params string[] answers)
    {
        int next = -1;
        return new RawServer(exchange => exchange.SendAsync(answers[Math.Min(Interlocked.Increment(ref next), answers.Length - 1)]));
    }

    /// <summary>An answer of this body.</summary>
    public static string Ok(string body = "", string headers = "") => Status("200 OK", body, headers);

    public static string Status(string status, string body = "", string headers = "") =>
        $"HTTP/1.1 {status}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}";

    public static string Redirect(int status, string location) => Status($"{status} Elsewhere", "not this", $"Location: {location}\r\n");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _accepted);
                _connections.Add(ServeAsync(client));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient owned = client;
        try
        {
            Stream stream = client.GetStream();
            if (_certificate is not null)
            {
                SslStream secure = new(stream);
                stream = secure;
                await secure.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(_certificate, null, offline: true) }, _stop.Token);
            }

            while (await RawRequest.ReadAsync(stream, _stop.Token) is { } request)
            {
                Requests.Enqueue(request);
                RawExchange exchange = new(request, client.Client, stream, _stop.Token);
                await _answer(exchange);
                if (exchange.IsClosed)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            // The client has gone, or the test is over.
        }
    }
}
