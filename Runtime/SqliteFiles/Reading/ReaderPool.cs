using System.Collections.Concurrent;
using FuncExec.Runtime.SqliteFiles.Native;
using FuncExec.Runtime.SqliteFiles.Opening;
using FuncExec.Runtime.SqliteFiles.Writing;

namespace FuncExec.Runtime.SqliteFiles.Reading;

/// <summary>A few read-only connections. Each read is short: a page of something, then the connection is given back.</summary>
internal sealed class ReaderPool<TReader>(string path, StoreKind kind, LogGate gate, Func<Connection, TReader> makeReader) : IReaderHold, IDisposable
    where TReader : class, IStoreReader
{
    private const int Size = 4;

    private readonly SemaphoreSlim _places = new(Size);
    private readonly ConcurrentBag<TReader> _idle = [];
    private volatile TaskCompletionSource? _hold;
    private bool _isClosed;

    /// <summary>Reads on the caller's thread as soon as a connection is free.</summary>
    internal async Task<T> ReadAsync<T, TArgument>(
        Func<TReader, TArgument, T> read, TArgument argument, CancellationToken cancellationToken)
    {
        while (_hold is { } hold)
        {
            await hold.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isClosed)
            {
                throw new ObjectDisposedException($"The {kind.Name}");
            }

            if (!_idle.TryTake(out TReader? reader))
            {
                // Preparing statements reads the schema, which is a read like any other.
                lock (gate.Gate)
                {
                    reader = makeReader(DatabaseFile.OpenReader(path));
                }
            }

            try
            {
                lock (gate.Gate)
                {
                    reader.Snapshot.Begin();
                }

                return read(reader, argument);
            }
            finally
            {
                reader.Snapshot.End();
                _idle.Add(reader);
            }
        }
        catch (SqliteException e)
        {
            StoreMetrics.Failed(kind, 1);
            throw kind.Unavailable(FailureText.Of(e, path, kind), e);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <inheritdoc/>
    public IDisposable Hold()
    {
        // Whoever comes now waits behind this: a free place would go to the next reader sooner than to this thread.
        _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        for (int i = 0; i < Size; i++)
        {
            _places.Wait();
        }

        return new Holder(this);
    }

    public void Dispose()
    {
        using (Hold())
        {
            _isClosed = true;
            while (_idle.TryTake(out TReader? reader))
            {
                reader.Dispose();
            }
        }
    }

    private void LetGo()
    {
        TaskCompletionSource hold = _hold!;
        _places.Release(Size);
        _hold = null;
        hold.SetResult();
    }

    private sealed class Holder(ReaderPool<TReader> pool) : IDisposable
    {
        public void Dispose() => pool.LetGo();
    }
}
