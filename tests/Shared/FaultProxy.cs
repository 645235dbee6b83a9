using System.Net;
using System.Net.Sockets;

namespace FuncExec.Tests.Shared;

/// <summary>
/// Stands between a node and the database, on a port of loopback, and harms what passes: cuts connections, delays every byte, or
/// lets nothing through.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Socket> _sockets = [];
    private readonly List<Task> _copying = [];
    private readonly Task _accepting;
    private TaskCompletionSource? _closed;
    private TimeSpan _delay;

    public FaultProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What each piece of data is late by.</summary>
    public void Delay(TimeSpan delay)
    {
        lock (_gate)
        {
            _delay = delay;
        }
    }

    /// <summary>From now on nothing passes, and nobody is told; or everything passes again.</summary>
    public void SetClosed(bool closed)
    {
        lock (_gate)
        {
            if (closed)
            {
                _closed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            else
            {
                _closed?.SetResult();
                _closed = null;
            }
        }
    }

    /// <summary>Resets all connections, in the middle of whatever they carry.</summary>
    public void Cut()
    {
        Socket[] sockets;
        lock (_gate)
        {
            sockets = [.. _sockets];
            _sockets.Clear();
        }

        foreach (Socket socket in sockets)
        {
            socket.Close(0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        SetClosed(false);
        Cut();
        await _accepting;
        await Task.WhenAll(_copying);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket node = await _listener.AcceptSocketAsync(_stop.Token);
                var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                node.NoDelay = true;
                lock (_gate)
                {
                    _sockets.Add(node);
                    _sockets.Add(server);
                    _copying.RemoveAll(static copying => copying.IsCompleted);
                    _copying.Add(ConnectAsync(node, server));
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end of the listening.
        }
    }

    private async Task ConnectAsync(Socket node, Socket server)
    {
        try
        {
            await PassAsync();
            await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            await Task.WhenAny(CopyAsync(node, server), CopyAsync(server, node));
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // One side is gone: so is the other.
        }

        lock (_gate)
        {
            _sockets.Remove(node);
            _sockets.Remove(server);
        }

        node.Close(0);
        server.Close(0);
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[BufferSize];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and int count)
            {
                await PassAsync();
                await to.SendAsync(buffer.AsMemory(0, count), _stop.Token);
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // As above.
        }
    }

    private async Task PassAsync()
    {
        Task? closed;
        TimeSpan delay;
        lock (_gate)
        {
            closed = _closed?.Task;
            delay = _delay;
        }

        if (closed is not null)
        {
            await closed.WaitAsync(_stop.Token);
        }

        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, _stop.Token);
        }
    }

    private static bool IsEnd(Exception exception) => exception is SocketException or OperationCanceledException or ObjectDisposedException or IOException;
}
