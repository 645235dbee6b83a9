using System.Net.Sockets;
using System.Text;

namespace FuncExec.ExecutorPlugins.Tests.Http;

/// <summary>A request and the connection on which it is answered.</summary>
internal sealed class RawExchange(RawRequest request, Socket socket, Stream stream, CancellationToken stopped)
{
    public RawRequest Request => request;

    /// <summary>Cancelled when the server stops.</summary>
    public CancellationToken Stopped => stopped;

    public bool IsClosed { get; private set; }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await stream.WriteAsync(bytes, stopped);

    /// <summary>Ends the connection after what was sent.</summary>
    public void Close() => IsClosed = true;

    /// <summary>Breaks the connection, as a peer that crashes does.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        IsClosed = true;
    }
}
