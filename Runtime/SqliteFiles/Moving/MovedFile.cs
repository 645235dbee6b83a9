using System.Runtime.CompilerServices;
using FuncExec.Runtime.SqliteFiles.Native;
using FuncExec.Runtime.SqliteFiles.Opening;
using FuncExec.Runtime.SqliteFiles.Writing;
using FuncExec.Runtime.Transfer;

namespace FuncExec.Runtime.SqliteFiles.Moving;

/// <summary>A store's file for whoever moves what it keeps. It has the directory's lock for as long as it is open.</summary>
internal sealed class MovedFile : IMarkedStore
{
    private readonly string _path;
    private readonly StoreKind _kind;
    private readonly IReadOnlyList<MovedTable> _tables;
    private readonly string _isEmpty;
    private readonly DirectoryLock _lock;
    private readonly Connection _connection;
    private readonly Dictionary<TransferKind, Statement> _inserts = [];

    private MovedFile(string path, StoreKind kind, IReadOnlyList<MovedTable> tables, string isEmpty, DirectoryLock held, Connection connection)
    {
        _path = path;
        _kind = kind;
        _tables = tables;
        _isEmpty = isEmpty;
        _lock = held;
        _connection = connection;
    }

    public string Description => $"SQLite, {_path}";

    public IReadOnlyList<TransferKind> Kinds => [.. _tables.Select(static table => table.Kind)];

    /// <summary>Opens a file as a start does, whatever mark it has.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="name">The file's name in it.</param>
    /// <param name="kind">The store.</param>
    /// <param name="tables">What it keeps.</param>
    /// <param name="isEmpty">A query that answers '1' when nobody would miss any of it.</param>
    /// <param name="mustExist">Whether a file that is not there is a mistake; else it is made.</param>
    internal static MovedFile Open(string directory, string name, StoreKind kind, IReadOnlyList<MovedTable> tables, string isEmpty, bool mustExist)
    {
        string path = Path.Combine(Path.GetFullPath(directory), name);
        if (mustExist && Directory.Exists(directory) && !File.Exists(path))
        {
            throw kind.CannotStart($"The data directory '{directory}' holds no {kind.Name}: there is no file '{name}' in it. Name the directory of a service that has run.");
        }

        DirectoryLock held = DirectoryLock.Take(Path.GetFullPath(directory), kind);
        try
        {
            return new MovedFile(path, kind, tables, isEmpty, held, DatabaseFile.OpenWriter(path, kind));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public Task<TransferMark?> ReadMarkAsync(CancellationToken cancellationToken) => Run(() => FileMark.Read(_connection), cancellationToken);

    // Nobody else is at work: the directory's lock is ours.
    public Task MarkAsync(TransferMark mark, CancellationToken cancellationToken) => Run(() => FileMark.Write(_connection, mark), cancellationToken);

    public Task UnmarkAsync(CancellationToken cancellationToken) => Run(() => FileMark.Delete(_connection), cancellationToken);

    public Task<bool> IsEmptyAsync(CancellationToken cancellationToken) => Run(() => _connection.ReadScalar(_isEmpty) == "1", cancellationToken);

    public Task ClearAsync(CancellationToken cancellationToken) => Run(
        () =>
        {
            foreach (MovedTable table in _tables)
            {
                _connection.Execute(table.Clear);
                KeepLogShort();
            }
        },
        cancellationToken);

    public async IAsyncEnumerable<TransferBatch> ReadAsync(
        TransferKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        MovedTable table = Find(kind);
        Statement rows = await Run(() => _connection.Prepare(table.Select), cancellationToken).ConfigureAwait(false);
        try
        {
            for (bool isOver = false; !isOver;)
            {
                yield return await Run(() => ReadBatch(rows, table, out isOver), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            rows.Reset();
        }
    }

    public Task WriteAsync(TransferKind kind, TransferBatch batch, CancellationToken cancellationToken) => Run(
        () =>
        {
            if (!_inserts.TryGetValue(kind, out Statement? insert))
            {
                _inserts.Add(kind, insert = _connection.Prepare(Find(kind).Insert));
            }

            _connection.Execute("BEGIN IMMEDIATE");
            foreach (TransferValue[] row in batch.Rows)
            {
                Insert(insert, Find(kind), row);
            }

            _connection.Execute("COMMIT");
            KeepLogShort();
        },
        cancellationToken);

    public Task CompleteAsync(CancellationToken cancellationToken) => Run(() => _connection.Checkpoint(restart: true), cancellationToken);

    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        _lock.Dispose();
        return ValueTask.CompletedTask;
    }

    // A statement that has come to its end would begin anew.
    private static TransferBatch ReadBatch(Statement rows, MovedTable table, out bool isOver)
    {
        var batch = new TransferBatch();
        isOver = false;
        while (!batch.IsFull)
        {
            if (!rows.Step())
            {
                isOver = true;
                break;
            }

            var row = new TransferValue[table.Columns.Count];
            for (int column = 0; column < row.Length; column++)
            {
                row[column] = rows.IsNull(column) ? TransferValue.Nothing : table.Columns[column].Read(rows, column);
            }

            batch.Add(row);
        }

        return batch;
    }

    private static void Insert(Statement insert, MovedTable table, TransferValue[] row)
    {
        for (int column = 0; column < row.Length; column++)
        {
            if (row[column] == TransferValue.Nothing)
            {
                insert.BindNull(column + 1);
            }
            else
            {
                table.Columns[column].Bind(insert, column + 1, row[column]);
            }
        }

        insert.Run();
    }

    private MovedTable Find(TransferKind kind) => _tables.First(table => table.Kind == kind);

    private void KeepLogShort()
    {
        if (_connection.WalPages >= LogKeeper.PagesToCopy)
        {
            _connection.Checkpoint(restart: true); // Nobody reads.
        }
    }

    private Task Run(Action work, CancellationToken cancellationToken) => Run(
        () =>
        {
            work();
            return true;
        },
        cancellationToken);

    private Task<T> Run<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return Task.FromResult(work());
        }
        catch (SqliteException e)
        {
            if (_connection.InTransaction)
            {
                _connection.Execute("ROLLBACK");
            }

            throw e.IsStoreFailure
                ? _kind.Unavailable(FailureText.Of(e, _path, _kind), e)
                : _kind.Rejected($"The {_kind.Name} '{_path}' cannot store this. ({e.Message})", e);
        }
    }
}
