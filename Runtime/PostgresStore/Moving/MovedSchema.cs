using System.Data;
using System.Runtime.CompilerServices;
using FuncExec.Runtime.PostgresStore.Faults;
using FuncExec.Runtime.PostgresStore.Opening;
using FuncExec.Runtime.Transfer;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Runtime.PostgresStore.Moving;

/// <summary>
/// A store's tables for whoever moves what they keep, over one connection, whose lock keeps every other migration away. Rows come as
/// the server sends them, and go as arrays.
/// </summary>
internal sealed class MovedSchema : IMarkedStore
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly PostgresDatabase _database;
    private readonly MovedTables _tables;
    private readonly NpgsqlConnection _connection;

    private MovedSchema(PostgresDatabase database, MovedTables tables, NpgsqlConnection connection)
    {
        _database = database;
        _tables = tables;
        _connection = connection;
    }

    public string Description => _database.Description;

    public IReadOnlyList<TransferKind> Kinds => [.. _tables.Tables.Select(static table => table.Kind)];

    /// <summary>Opens a store as a start does, whatever mark it has; disposes of the database where it cannot.</summary>
    internal static async Task<MovedSchema> OpenAsync(PostgresDatabase database, MovedTables tables, CancellationToken cancellationToken)
    {
        try
        {
            await database.OpenAsync(cancellationToken).ConfigureAwait(false);
            NpgsqlConnection connection = await ConnectAsync(database, cancellationToken).ConfigureAwait(false);
            return new MovedSchema(database, tables, connection);
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task<TransferMark?> ReadMarkAsync(CancellationToken cancellationToken) =>
        RunAsync(() => SchemaMark.ReadAsync(_database, _connection, cancellationToken));

    public Task MarkAsync(TransferMark mark, CancellationToken cancellationToken) =>
        RunAsync(() => SchemaMark.WriteAsync(_database, _connection, _tables.Sessions, mark, cancellationToken));

    public Task UnmarkAsync(CancellationToken cancellationToken) =>
        RunAsync(() => SchemaMark.DeleteAsync(_database, _connection, _tables.Sessions, cancellationToken));

    public Task<bool> IsEmptyAsync(CancellationToken cancellationToken) => RunAsync(async () =>
    {
        using var command = new NpgsqlCommand(_tables.IsEmpty, _connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    });

    public Task ClearAsync(CancellationToken cancellationToken) => ExecuteAsync(_tables.Clear, cancellationToken);

    public async IAsyncEnumerable<TransferBatch> ReadAsync(TransferKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(Find(kind).Select, _connection);
        using NpgsqlDataReader row = await RunAsync(() => command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken)).ConfigureAwait(false);
        for (bool isOver = false; !isOver;)
        {
            var batch = new TransferBatch();
            isOver = await RunAsync(() => FillAsync(batch, row, kind, cancellationToken)).ConfigureAwait(false);
            yield return batch;
        }
    }

    public Task WriteAsync(TransferKind kind, TransferBatch batch, CancellationToken cancellationToken) => RunAsync(async () =>
    {
        using var group = new NpgsqlBatch(_connection);
        foreach (string insert in Find(kind).Inserts)
        {
            var command = new NpgsqlBatchCommand(insert);
            for (int column = 0; column < kind.Columns.Count; column++)
            {
                command.Parameters.Add(ToArray(batch, column, kind.Columns[column].Form));
            }

            group.BatchCommands.Add(command);
        }

        return await group.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    });

    public Task CompleteAsync(CancellationToken cancellationToken) => ExecuteAsync(_tables.Complete, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<NpgsqlConnection> ConnectAsync(PostgresDatabase database, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await database.OpenOwnConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await LockAsync(database, connection, cancellationToken).ConfigureAwait(false);
            await SchemaMark.PassAsync(connection, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes the lock of migrations. The server may be slow to notice that one before was killed.</summary>
    private static async Task LockAsync(PostgresDatabase database, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", connection)
        {
            Parameters = { new() { Value = $"funcexec migration {database.Schema} {database.Kind.Name}" } },
        };
        long begun = TimeProvider.System.GetTimestamp();
        while (!(bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!)
        {
            if (TimeProvider.System.GetElapsedTime(begun) > s_patience)
            {
                throw database.Kind.CannotStart($"The {database.Kind.Name} in {database.Description} is in use by another 'funcexec migrate'. Let it end.");
            }

            await Task.Delay(s_pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<bool> FillAsync(TransferBatch batch, NpgsqlDataReader row, TransferKind kind, CancellationToken cancellationToken)
    {
        while (!batch.IsFull)
        {
            if (!await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                return true;
            }

            var values = new TransferValue[kind.Columns.Count];
            for (int column = 0; column < values.Length; column++)
            {
                values[column] = await row.IsDBNullAsync(column, cancellationToken).ConfigureAwait(false)
                    ? TransferValue.Nothing
                    : kind.Columns[column].Form switch
                    {
                        TransferForm.Integer => TransferValue.Of(row.GetInt64(column)),
                        TransferForm.Uuid => TransferValue.Of(row.GetGuid(column)),
                        _ => TransferValue.Of(await row.GetFieldValueAsync<byte[]>(column, cancellationToken).ConfigureAwait(false)),
                    };
            }

            batch.Add(values);
        }

        return false;
    }

    private static NpgsqlParameter ToArray(TransferBatch batch, int column, TransferForm form) => form switch
    {
        TransferForm.Integer => new NpgsqlParameter<long?[]>
        {
            TypedValue = [.. batch.Rows.Select(row => row[column].Number)],
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint,
        },
        TransferForm.Uuid => new NpgsqlParameter<Guid?[]>
        {
            TypedValue = [.. batch.Rows.Select(row => row[column].Bytes is { } id ? new Guid(id) : (Guid?)null)],
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid,
        },
        _ => new NpgsqlParameter<byte[]?[]>
        {
            TypedValue = [.. batch.Rows.Select(row => row[column].Bytes)],
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea,
        },
    };

    private MovedTable Find(TransferKind kind) => _tables.Tables.First(table => table.Kind == kind);

    private Task ExecuteAsync(string sql, CancellationToken cancellationToken) => RunAsync(async () =>
    {
        using var command = new NpgsqlCommand(sql, _connection);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    });

    private Task RunAsync(Func<Task> work) => RunAsync(async () =>
    {
        await work().ConfigureAwait(false);
        return true;
    });

    private async Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception exception) when (PostgresFaults.IsUnavailable(exception))
        {
            throw _database.Unavailable(exception);
        }
        catch (PostgresException exception)
        {
            throw _database.Kind.Rejected($"{_database.Description}: the {_database.Kind.Name} cannot store this. ({exception.Message})", exception);
        }
    }
}
