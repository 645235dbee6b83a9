using System.Collections.Concurrent;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Sqlite.Files;
using FuncExec.Runtime.Sqlite.Native;

namespace FuncExec.Runtime.Sqlite.Reading;

/// <summary>A few read-only connections. Each read is short: a page of something, then the connection is given back.</summary>
internal sealed class ReaderPool(string path, LogGate gate) : IDisposable
{
    private const int Size = 4;

    private readonly SemaphoreSlim _places = new(Size);
    private readonly ConcurrentBag<Reader> _idle = [];
    private bool _isClosed;

    /// <summary>Reads on the caller's thread as soon as a connection is free.</summary>
    internal async Task<T> ReadAsync<T, TArgument>(
        Func<Reader, TArgument, T> read, TArgument argument, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(SqliteHub));
            if (!_idle.TryTake(out Reader? reader))
            {
                reader = new Reader(DatabaseFile.OpenReader(path));
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
            throw new HubUnavailableException(FailureText.Of(e, path), e);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Waits until no one reads and lets no one begin until disposed.</summary>
    internal Holder Hold()
    {
        for (int i = 0; i < Size; i++)
        {
            _places.Wait();
        }

        return new Holder(_places);
    }

    public void Dispose()
    {
        using (Hold())
        {
            _isClosed = true;
            while (_idle.TryTake(out Reader? reader))
            {
                reader.Dispose();
            }
        }
    }

    internal readonly struct Holder(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release(Size);
    }
}
