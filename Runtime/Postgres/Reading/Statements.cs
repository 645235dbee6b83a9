using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Faults;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Runtime.Postgres.Reading;

/// <summary>Runs single statements: each a transaction of its own, in one round trip.</summary>
/// <param name="database">Where.</param>
/// <param name="isBounded">Whether they keep to the places for reading: all but those that a node lives by.</param>
internal sealed class Statements(PostgresDatabase database, bool isBounded = true)
{
    /// <summary>A statement that others' transactions undid runs again so often.</summary>
    private const int MostTries = 8;

    /// <summary>Runs a statement and answers a value of each of its rows.</summary>
    internal async Task<List<T>> ReadAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await ReadOnceAsync(sql, read, parameters, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (PostgresFaults.Classify(exception) is FaultKind.Undone && attempt < MostTries)
            {
                // Once more.
            }
            catch (Exception exception) when (PostgresFaults.IsUnavailable(exception))
            {
                throw database.Unavailable(exception);
            }
            catch (PostgresException exception)
            {
                throw database.Kind.Rejected($"The {database.Kind.Name} cannot store this; nothing was changed. ({exception.Message})", exception);
            }
        }
    }

    /// <summary>Runs a statement that has one row.</summary>
    internal async Task<T> ReadOneAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params NpgsqlParameter[] parameters) =>
        (await ReadAsync(sql, read, cancellationToken, parameters).ConfigureAwait(false))[0];

    internal static NpgsqlParameter Value<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };

    internal static NpgsqlParameter Value<T>(T value, NpgsqlDbType type) => new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type };

    internal static NpgsqlParameter Array<T>(T[]? values, NpgsqlDbType type) =>
        new NpgsqlParameter<T[]?> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };

    private async Task<List<T>> ReadOnceAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        using ReadingPlaces.Place place = isBounded ? await database.Reading.TakeAsync(cancellationToken).ConfigureAwait(false) : default;
        using NpgsqlConnection connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        using var command = new NpgsqlCommand(sql, connection);
        foreach (NpgsqlParameter parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        await command.PrepareAsync(cancellationToken).ConfigureAwait(false);
        using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        List<T> values = [];
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            values.Add(read(row));
        }

        await row.NextResultAsync(cancellationToken).ConfigureAwait(false); // What was written is durable from here on.
        command.Parameters.Clear();
        return values;
    }
}
