using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FuncExec.Tests.Shared;

/// <summary>
/// Stands between a node and the database, on a port of loopback, and harms what passes: cuts connections, at any time or at a point of a
/// request, delays every byte, or lets nothing through.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private const int BufferSize = 64 * 1024;

    /// <summary>With this the server ends its answer, once what it did outside of a transaction block is committed (ReadyForQuery, idle).</summary>
    private static readonly byte[] s_ready = [(byte)'Z', 0, 0, 0, 5, (byte)'I'];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Socket> _sockets = [];
    private readonly List<Task> _copying = [];
    private readonly Task _accepting;
    private TaskCompletionSource? _closed;
    private (CutPoint Point, byte[] Word, TaskCompletionSource Done)? _cut;
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

    /// <summary>Cuts the connection that carries the next request. Completes when it is cut.</summary>
    /// <param name="point">Where.</param>
    /// <param name="word">What the request has to contain; a prepared statement is sent without its text.</param>
    public Task CutNextAsync(CutPoint point, string word = "")
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _cut = (point, Encoding.UTF8.GetBytes(word), done);
        }

        return done.Task;
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
            var way = new Way();
            await Task.WhenAny(CopyRequestsAsync(node, server, way), CopyAnswersAsync(server, node, way));
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

    private Task CopyRequestsAsync(Socket node, Socket server, Way way) => CopyAsync(node, server, piece =>
    {
        (CutPoint Point, byte[] Word, TaskCompletionSource Done)? cut;
        lock (_gate)
        {
            cut = _cut is { } next && piece.Span.IndexOf(next.Word) >= 0 ? next : null;
            _cut = cut is null ? _cut : null;
        }

        if (cut is not { } here)
        {
            return Fate.Passes;
        }

        if (here.Point is CutPoint.After)
        {
            way.Swallowed = here.Done;
            return Fate.Passes;
        }

        way.IsOver = true; // A quick server answers before the connection is closed.
        here.Done.SetResult();
        return here.Point is CutPoint.Before ? Fate.Ends : Fate.PassesAndEnds;
    });

    private Task CopyAnswersAsync(Socket server, Socket node, Way way) => CopyAsync(server, node, piece =>
    {
        if (way.IsOver)
        {
            return Fate.Ends;
        }

        if (way.Swallowed is not { } done)
        {
            return Fate.Passes;
        }

        if (!piece.Span.EndsWith(s_ready))
        {
            return Fate.IsSwallowed;
        }

        done.SetResult();
        return Fate.Ends;
    });

    private async Task CopyAsync(Socket from, Socket to, Func<ReadOnlyMemory<byte>, Fate> judge)
    {
        byte[] buffer = new byte[BufferSize];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and int count)
            {
                await PassAsync();
                Fate fate = judge(buffer.AsMemory(0, count));
                if (fate is Fate.Passes or Fate.PassesAndEnds)
                {
                    await to.SendAsync(buffer.AsMemory(0, count), _stop.Token);
                }

                if (fate is Fate.Ends or Fate.PassesAndEnds)
                {
                    return;
                }
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

    /// <summary>What becomes of a piece of data, and of its connection.</summary>
    private enum Fate
    {
        Passes = 1,
        IsSwallowed,
        Ends,
        PassesAndEnds,
    }

    /// <summary>One connection. What its two directions have to know of each other.</summary>
    private sealed class Way
    {
        private TaskCompletionSource? _swallowed;
        private bool _isOver;

        /// <summary>Set once nothing passes any more, in either direction.</summary>
        public bool IsOver
        {
            get => Volatile.Read(ref _isOver);
            set => Volatile.Write(ref _isOver, value);
        }

        /// <summary>Set while the answers do not arrive, and the connection ends with the last.</summary>
        public TaskCompletionSource? Swallowed
        {
            get => Volatile.Read(ref _swallowed);
            set => Volatile.Write(ref _swallowed, value);
        }
    }
}
