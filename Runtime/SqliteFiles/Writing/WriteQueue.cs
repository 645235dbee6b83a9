namespace FuncExec.Runtime.SqliteFiles.Writing;

/// <summary>
/// Group commit by leadership. A caller who finds nobody leading runs and commits its own operation at once, on its
/// own thread: a lone caller pays no hop. What arrives meanwhile is queued, and a thread that waits for just that
/// leads on from batch to batch until the queue is empty. It is no pool thread: it sleeps in fsync most of the
/// time, and behind the activities that fill the pool's queue the next commit would have to wait its turn.
/// </summary>
internal sealed class WriteQueue<TStore> : IDisposable
    where TStore : WritingStore
{
    private const int MostQueued = 100_000;
    private const int MostInBatch = 2_000;
    private const long MostWeightInBatch = 8 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<WriteOperation<TStore>> _queue = new();
    private readonly List<WriteOperation<TStore>> _batch = [];
    private readonly SemaphoreSlim _work = new(0);
    private readonly BatchRunner<TStore> _runner;
    private readonly LogKeeper _log;
    private readonly StoreKind _kind;
    private readonly Thread _thread;
    private TaskCompletionSource? _room;
    private bool _isLed;
    private bool _isClosed;

    internal WriteQueue(BatchRunner<TStore> runner, LogKeeper log, StoreKind kind)
    {
        _runner = runner;
        _log = log;
        _kind = kind;
        _thread = new Thread(LeadWhenCalled) { IsBackground = true, Name = $"SQLite {kind.Name} commits" };
        _thread.Start();
    }

    /// <summary>Runs the operation and answers once it is durable.</summary>
    internal ValueTask<T> SubmitAsync<T>(WriteOperation<TStore, T> operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task<T>? answer;
        Task? room;
        lock (_gate)
        {
            (answer, room) = Enter(operation);
        }

        if (answer is not null)
        {
            return new ValueTask<T>(answer);
        }

        return room is null
            ? new ValueTask<T>(LeadOne(operation))
            : WaitForRoomAsync(operation, room, cancellationToken);
    }

    /// <summary>Waits until all that was submitted has been answered; what comes later is refused.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            _room?.TrySetResult();
            if (!_isLed)
            {
                _isLed = true;
                _work.Release();
            }
        }

        _thread.Join();
        _work.Dispose();
    }

    // Under the gate: leads (neither is given), queues (the answer is), or must wait for room.
    private (Task<T>? Answer, Task? Room) Enter<T>(WriteOperation<TStore, T> operation)
    {
        if (_isClosed)
        {
            throw new ObjectDisposedException($"The {_kind.Name}");
        }

        if (!_isLed)
        {
            _isLed = true;
            return (null, null);
        }

        if (_queue.Count >= MostQueued)
        {
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (null, _room.Task);
        }

        Task<T> answer = operation.Wait();
        _queue.Enqueue(operation);
        return (answer, null);
    }

    private async ValueTask<T> WaitForRoomAsync<T>(WriteOperation<TStore, T> operation, Task room, CancellationToken cancellationToken)
    {
        while (true)
        {
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
            Task<T>? answer;
            Task? next;
            lock (_gate)
            {
                (answer, next) = Enter(operation);
            }

            if (answer is not null)
            {
                return await answer.ConfigureAwait(false);
            }

            if (next is null)
            {
                return LeadOne(operation);
            }

            room = next;
        }
    }

    private T LeadOne<T>(WriteOperation<TStore, T> operation)
    {
        _batch.Clear();
        _batch.Add(operation);
        _runner.Run(_batch);
        _batch.Clear();
        lock (_gate)
        {
            // Tidying the log takes a while: that is for the thread that nobody waits for.
            if (_queue.Count == 0 && !_isClosed && !_log.IsDue)
            {
                _isLed = false;
            }
            else
            {
                _work.Release();
            }
        }

        return operation.Take();
    }

    private void LeadWhenCalled()
    {
        bool isClosed = false;
        while (!isClosed)
        {
            _work.Wait();
            isClosed = LeadUntilEmpty();
        }
    }

    private bool LeadUntilEmpty()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_queue.Count == 0 && !_log.IsDue)
                {
                    _isLed = _isClosed;
                    return _isClosed;
                }

                TakeBatch();
            }

            if (_batch.Count > 0)
            {
                _runner.Run(_batch);
                foreach (WriteOperation<TStore> operation in _batch)
                {
                    operation.Answer();
                }

                _batch.Clear();
            }

            _log.Tidy();
        }
    }

    private void TakeBatch()
    {
        long weight = 0;
        while (_batch.Count < MostInBatch && _queue.TryPeek(out WriteOperation<TStore>? next))
        {
            weight += next.Weight;
            if (_batch.Count > 0 && weight > MostWeightInBatch)
            {
                break;
            }

            _batch.Add(_queue.Dequeue());
        }

        if (_room is not null && _queue.Count < MostQueued)
        {
            _room.TrySetResult();
            _room = null;
        }
    }
}
