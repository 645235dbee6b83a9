using FuncExec.Runtime.SqliteFiles.Native;
using FuncExec.Runtime.SqliteFiles.Opening;
using FuncExec.Runtime.SqliteFiles.Reading;
using FuncExec.Runtime.SqliteFiles.Writing;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.SqliteFiles;

/// <summary>
/// A store in one SQLite file for one process. Writes go through the queue of the one writing connection; reads use
/// connections of their own and see every commit that was answered before.
/// </summary>
internal sealed class SqliteFile<TStore, TReader> : IDisposable
    where TStore : WritingStore
    where TReader : class, IStoreReader
{
    private readonly string _directory;
    private readonly StoreKind _kind;
    private readonly Func<Connection, LogGate, TStore> _makeStore;
    private readonly ILogger _logger;
    private readonly LogGate _gate = new();
    private readonly ReaderPool<TReader> _readers;
    private DirectoryLock? _lock;
    private TStore? _store;
    private WriteQueue<TStore>? _queue;

    internal SqliteFile(
        string directory, string name, StoreKind kind, Func<Connection, LogGate, TStore> makeStore, Func<Connection, TReader> makeReader, ILogger logger)
    {
        _directory = System.IO.Path.GetFullPath(directory);
        Path = System.IO.Path.Combine(_directory, name);
        _kind = kind;
        _makeStore = makeStore;
        _logger = logger;
        _readers = new ReaderPool<TReader>(Path, kind, _gate, makeReader);
    }

    internal string Path { get; }

    /// <summary>Takes the directory's lock, opens or creates the file and brings its schema up to date.</summary>
    internal void Open()
    {
        if (_queue is not null)
        {
            throw new InvalidOperationException($"The {_kind.Name} is open already.");
        }

        _lock = DirectoryLock.Take(_directory, _kind);
        try
        {
            Connection connection = DatabaseFile.OpenWriter(Path, _kind);
            try
            {
                FileMark.Refuse(connection, Path, _kind);
                _store = _makeStore(connection, _gate);
            }
            catch (Exception e)
            {
                connection.Dispose();
                throw e is SqliteException failure ? _kind.CannotStart(FailureText.Of(failure, Path, _kind), failure) : e;
            }
        }
        catch
        {
            _lock.Dispose();
            throw;
        }

        _queue = new WriteQueue<TStore>(new BatchRunner<TStore>(_store, Path, _kind), new LogKeeper(_store, _readers, _kind, _logger), _kind);
    }

    /// <summary>Runs the operation and answers once it is durable.</summary>
    internal ValueTask<T> WriteAsync<T>(WriteOperation<TStore, T> operation, CancellationToken cancellationToken) =>
        _queue is { } queue ? queue.SubmitAsync(operation, cancellationToken) : throw NotOpen();

    /// <summary>Reads on the caller's thread as soon as a connection is free.</summary>
    internal Task<T> ReadAsync<T, TArgument>(Func<TReader, TArgument, T> read, TArgument argument, CancellationToken cancellationToken) =>
        _queue is null ? throw NotOpen() : _readers.ReadAsync(read, argument, cancellationToken);

    public void Dispose()
    {
        _queue?.Dispose();
        _readers.Dispose();

        // The last connection to close copies the log into the file and deletes it.
        _store?.Dispose();
        _lock?.Dispose();
    }

    private InvalidOperationException NotOpen() => new($"The {_kind.Name} is not open.");
}
