using System.Net;
using System.Net.Sockets;

namespace FuncExec.ExecutorPlugins.Http.Network;

/// <summary>The two things that are asked of the network: the addresses of a name, and a connection to an address.</summary>
/// <param name="ResolveAsync">All addresses of a host name; throws <see cref="SocketException"/> when it has none.</param>
/// <param name="ConnectAsync">A connection to exactly this address; throws <see cref="SocketException"/> when there is none.</param>
internal sealed record HttpNetwork(
    Func<string, CancellationToken, Task<IPAddress[]>> ResolveAsync,
    Func<IPEndPoint, CancellationToken, Task<Stream>> ConnectAsync)
{
    private const int KeepAliveSeconds = 30;

    /// <summary>The machine's own.</summary>
    public static HttpNetwork Machine { get; } = new(Dns.GetHostAddressesAsync, OpenAsync);

    private static async Task<Stream> OpenAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // An answer may take as long as it likes; a peer that is gone without a word may not.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveSeconds);
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
