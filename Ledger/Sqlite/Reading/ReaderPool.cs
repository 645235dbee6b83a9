using System.Collections.Concurrent;
using FuncExec.Ledger.Sqlite.Files;
using FuncExec.Runtime.Sqlite.Native;
using FuncExec.Runtime.Sqlite;

namespace FuncExec.Ledger.Sqlite.Reading;

/// <summary>A few read-only connections. Each read is short: a page of something, then the connection is given back.</summary>
internal sealed class ReaderPool(string path, LogGate gate) : IDisposable
{
    private const int Size = 4;

    private readonly SemaphoreSlim _places = new(Size);
    private readonly ConcurrentBag<LedgerReader> _idle = [];
    private volatile TaskCompletionSource? _hold;
    private bool _isClosed;

    /// <summary>Reads on the caller's thread as soon as a connection is free.</summary>
    internal async Task<T> ReadAsync<T, TArgument>(
        Func<LedgerReader, TArgument, T> read, TArgument argument, CancellationToken cancellationToken)
    {
        while (_hold is { } hold)
        {
            await hold.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(SqliteJobLedger));
            if (!_idle.TryTake(out LedgerReader? reader))
            {
                // Preparing statements reads the schema, which is a read like any other.
                lock (gate.Gate)
                {
                    reader = new LedgerReader(LedgerFile.OpenReader(path));
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
            throw new LedgerUnavailableException(FailureText.Of(e, path), e);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Waits until no one reads and lets no one begin until disposed. Used by one thread at a time.</summary>
    internal Holder Hold()
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
            while (_idle.TryTake(out LedgerReader? reader))
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

    internal readonly struct Holder(ReaderPool pool) : IDisposable
    {
        public void Dispose() => pool.LetGo();
    }
}
