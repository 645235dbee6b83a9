using System.Buffers;
using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Output;

/// <summary>
/// One stream of an attempt on its way to the blob store. What has come within the tail's size waits in the tail alone;
/// only time or more bytes bring it to the store. One append is under way at a time; what comes meanwhile waits for the
/// next, so that a store that is behind gets larger pieces.
/// </summary>
internal sealed class OutputPipe(TaskOutputWriter owner, OutputStream stream)
{
    /// <summary>From so many bytes on they are stored without waiting for more.</summary>
    public const int ChunkSize = 64 * 1024;

    /// <summary>The most bytes of one append.</summary>
    public const int LargestChunk = 1024 * 1024;

    /// <summary>From here on the runner is asked to wait; what it has in its hands still fits.</summary>
    private const int HighWater = LargestChunk - (2 * ChunkSize);

    private readonly Lock _gate = new();
    private readonly PooledTail _tail = new();
    private readonly BlobName _name = owner.NameOf(stream);
    private byte[] _waiting = [];
    private byte[] _spare = [];
    private int _waitingCount;
    private long _length;
    private long _taken;
    private long _stored;
    private bool _isPastTail;
    private bool _isTimed;
    private bool _isFlushAsked;
    private bool _isClosed;
    private string? _failure;
    private Task? _pump;
    private bool _isPumping;
    private CancellationTokenSource? _stop;
    private TaskCompletionSource? _room;

    /// <summary>Takes bytes; never waits for the store.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_isClosed || bytes.IsEmpty)
            {
                return;
            }

            if (!_isPastTail && _length + bytes.Length > OutputRecord.TailLimit)
            {
                LeaveTail();
            }

            _length += bytes.Length;
            _tail.Append(bytes);
            if (_isPastTail)
            {
                Enqueue(bytes);
            }

            GoOn();
        }
    }

    /// <summary>Completes when fewer bytes wait, or none will be stored any more.</summary>
    public ValueTask WaitForRoomAsync()
    {
        lock (_gate)
        {
            if (_waitingCount < HighWater || _isClosed)
            {
                return ValueTask.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_room.Task);
        }
    }

    /// <summary>The delay since the first byte that waits is over.</summary>
    public void OnFlushDue()
    {
        lock (_gate)
        {
            _isTimed = false;
            if (_isClosed || _failure is not null)
            {
                return;
            }

            if (!_isPastTail)
            {
                LeaveTail();
            }

            _isFlushAsked = _waitingCount > 0;
            GoOn();
        }
    }

    /// <summary>Stores what is left, makes it durable, and answers what is known of the stream. Nothing is written any more.</summary>
    public async Task<OutputEnd> CompleteAsync(CancellationToken cancellationToken)
    {
        Task? pump;
        lock (_gate)
        {
            _isClosed = true;
            if (_length <= OutputRecord.TailLimit)
            {
                DropWaiting();
            }

            GoOn();
            pump = _pump;
        }

        if (pump is not null)
        {
            await pump.WaitAsync(cancellationToken);
        }

        if (_length > OutputRecord.TailLimit && _stored > 0)
        {
            await FlushAsync(cancellationToken);
        }

        bool isSmall = _length <= OutputRecord.TailLimit;
        byte[] tail = _tail.Bytes.ToArray();
        ReleaseBuffers();
        return new OutputEnd(new OutputRecord(_length, isSmall ? 0 : _stored, tail), isSmall ? null : _failure, HasNeedlessBlob: isSmall && _stored > 0);
    }

    /// <summary>Ends without storing the rest.</summary>
    public async ValueTask AbandonAsync()
    {
        Task? pump;
        CancellationTokenSource? stop;
        lock (_gate)
        {
            _isClosed = true;
            DropWaiting();
            pump = _pump;
            stop = _stop;
            _stop = null;
        }

        if (stop is not null)
        {
            await stop.CancelAsync();
        }

        if (pump is not null)
        {
            await pump;
        }

        ReleaseBuffers();
        stop?.Dispose();
    }

    // The following run under the gate.

    private void LeaveTail()
    {
        _isPastTail = true;
        Enqueue(_tail.Bytes);
    }

    private void Enqueue(ReadOnlySpan<byte> bytes)
    {
        long left = owner.Limit - _taken;
        if (bytes.Length > left)
        {
            bytes = bytes[..(int)left];
        }

        if (bytes.IsEmpty || _failure is not null)
        {
            return;
        }

        MakeRoom(bytes.Length);
        bytes.CopyTo(_waiting.AsSpan(_waitingCount));
        _waitingCount += bytes.Length;
        _taken += bytes.Length;
    }

    private void MakeRoom(int needed)
    {
        if (_waitingCount + needed <= _waiting.Length)
        {
            return;
        }

        // A short flush shall not take a chunk's buffer, and a stream that is behind shall not grow in small steps.
        int size = _waitingCount + needed;
        byte[] larger = ArrayPool<byte>.Shared.Rent(size <= ChunkSize ? Math.Max(2 * size, 4096) : Math.Max(4 * ChunkSize, Math.Min(4 * size, Math.Max(LargestChunk, size))));
        _waiting.AsSpan(0, _waitingCount).CopyTo(larger);
        Return(_waiting);
        _waiting = larger;
    }

    private void DropWaiting()
    {
        _waitingCount = 0;
        Interlocked.Exchange(ref _room, null)?.TrySetResult();
    }

    /// <summary>Starts an append if one is due, else sees to it that one will be.</summary>
    private void GoOn()
    {
        if (_isPumping)
        {
            return;
        }

        if (IsAppendDue)
        {
            _isPumping = true;
            _stop ??= new CancellationTokenSource();
            CancellationToken stop = _stop.Token;
            _pump = Task.Run(() => PumpAsync(stop), CancellationToken.None);
        }
        else if (!_isTimed && !_isClosed && _failure is null && (_waitingCount > 0 || !_isPastTail))
        {
            _isTimed = true;
            owner.Clock.FlushLater(this);
        }
    }

    private bool IsAppendDue => _waitingCount >= ChunkSize || (_waitingCount > 0 && (_isFlushAsked || _isClosed));

    // Up to here.

    private async Task PumpAsync(CancellationToken stop)
    {
        while (Take() is (byte[] chunk, int count))
        {
            string? failure = await OutputAppend.AppendAsync(owner.Blobs, _name, _stored, chunk.AsMemory(0, count), owner.Clock, stop);
            lock (_gate)
            {
                Keep(chunk);
                if (failure is null)
                {
                    _stored += count;
                }
                else
                {
                    _failure = failure;
                    DropWaiting();
                }
            }

            owner.Announce();
        }
    }

    private (byte[] Chunk, int Count)? Take()
    {
        TaskCompletionSource? room;
        (byte[], int) taken;
        lock (_gate)
        {
            if (!IsAppendDue)
            {
                _isPumping = false;
                _isFlushAsked = false;
                Return(_spare);
                _spare = [];
                GoOn();
                return null;
            }

            taken = (_waiting, _waitingCount);
            (_waiting, _spare, _waitingCount) = (_spare, [], 0);
            _isFlushAsked = false;
            room = _room;
            _room = null;
        }

        room?.TrySetResult();
        return taken;
    }

    /// <summary>Keeps a buffer for what comes next rather than asking the pool each time.</summary>
    private void Keep(byte[] chunk)
    {
        if (_spare.Length == 0 && !_isClosed)
        {
            _spare = chunk;
        }
        else
        {
            Return(chunk);
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (await OutputAppend.FlushAsync(owner.Blobs, _name, owner.Clock, cancellationToken) is { } failure)
        {
            // What is not durable is not kept.
            _failure ??= failure;
            _stored = 0;
        }
    }

    private void ReleaseBuffers()
    {
        lock (_gate)
        {
            _tail.Release();
            Return(_waiting);
            Return(_spare);
            _waiting = _spare = [];
            _waitingCount = 0;
        }
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
