using FuncExec.Runtime.Transfer;
using Npgsql;

namespace FuncExec.Runtime.PostgresStore.Opening;

/// <summary>
/// The mark of a migration in a schema: a row for each store, and a trigger that lets no session begin and none be prolonged. A node that
/// starts is told by the row; one that had looked before there was one is stopped by the trigger.
/// </summary>
internal static class SchemaMark
{
    /// <summary>The table of marks; it is there for as long as one is.</summary>
    private const string Table = "funcexec_migration";

    private const string Function = "funcexec_migration_refuses";

    /// <summary>On for the connection of a migration itself, which writes lives of nodes that are over.</summary>
    private const string Setting = "funcexec.migrates";

    /// <summary>Fails as a start does when the store has one.</summary>
    internal static async Task RefuseAsync(PostgresDatabase database, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await ReadAsync(database, connection, cancellationToken).ConfigureAwait(false) is { } mark)
        {
            throw database.Kind.CannotStart(mark.Explain($"The {database.Kind.Name} in {database.Description}", "postgresql"));
        }
    }

    internal static async Task<TransferMark?> ReadAsync(PostgresDatabase database, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using (var table = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", connection) { Parameters = { new() { Value = $"{database.Schema}.{Table}" } } })
        {
            if (!(bool)(await table.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!)
            {
                return null;
            }
        }

        using var command = new NpgsqlCommand($"SELECT role, partner FROM {Table} WHERE store = $1", connection) { Parameters = { new() { Value = database.Kind.Name } } };
        using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await row.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? new TransferMark((TransferRole)row.GetInt32(0), row.GetString(1))
            : null;
    }

    /// <summary>From now on the trigger lets this connection write.</summary>
    internal static Task PassAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, $"SET {Setting} = 'on'", cancellationToken);

    /// <summary>Writes it, unless a session lives.</summary>
    /// <param name="database">The store.</param>
    /// <param name="connection">A connection to it.</param>
    /// <param name="sessions">Where its sessions are.</param>
    /// <param name="mark">The mark.</param>
    /// <param name="cancellationToken">Ends it; nothing is marked.</param>
    internal static async Task WriteAsync(
        PostgresDatabase database, NpgsqlConnection connection, SessionTable sessions, TransferMark mark, CancellationToken cancellationToken)
    {
        using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await SchemaVersions.LockAsync(database, connection, cancellationToken).ConfigureAwait(false);

        // Whoever is about to begin a session is waited for, and seen.
        await ExecuteAsync(connection, $"LOCK TABLE {sessions.Name} IN SHARE ROW EXCLUSIVE MODE", cancellationToken).ConfigureAwait(false);
        using (var living = new NpgsqlCommand($"SELECT count(*) FROM {sessions.Name} WHERE {sessions.Lives}", connection))
        {
            long count = (long)(await living.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
            if (count > 0)
            {
                throw database.Kind.CannotStart(
                    $"The {database.Kind.Name} in {database.Description} is in use by {count} node{(count == 1 ? "" : "s")}. Stop every node first. One that was killed "
                    + "counts until its lease is over (HEARTBEAT_TIMEOUT_SECONDS, 15 by default): then try again.");
            }
        }

        await ExecuteAsync(
            connection,
            $"""
            CREATE TABLE IF NOT EXISTS {Table}(store text PRIMARY KEY, role int NOT NULL, partner text NOT NULL);
            CREATE OR REPLACE FUNCTION {Function}() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN
                IF current_setting('{Setting}', true) = 'on' THEN
                    RETURN NEW;
                END IF;
                RAISE EXCEPTION 'The stores of this schema are being moved by funcexec migrate; no node may begin here.' USING ERRCODE = '55006';
            END $$;
            DROP TRIGGER IF EXISTS funcexec_migration ON {sessions.Name};
            CREATE TRIGGER funcexec_migration BEFORE INSERT OR UPDATE ON {sessions.Name} FOR EACH ROW EXECUTE FUNCTION {Function}();
            """,
            cancellationToken).ConfigureAwait(false);
        using (var row = new NpgsqlCommand(
            $"INSERT INTO {Table}(store, role, partner) VALUES ($1, $2, $3) ON CONFLICT (store) DO UPDATE SET role = excluded.role, partner = excluded.partner",
            connection)
        {
            Parameters = { new() { Value = database.Kind.Name }, new() { Value = (int)mark.Role }, new() { Value = mark.Partner } },
        })
        {
            await row.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    internal static async Task DeleteAsync(PostgresDatabase database, NpgsqlConnection connection, SessionTable sessions, CancellationToken cancellationToken)
    {
        using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await SchemaVersions.LockAsync(database, connection, cancellationToken).ConfigureAwait(false);
        if (await ReadAsync(database, connection, cancellationToken).ConfigureAwait(false) is null)
        {
            return;
        }

        await ExecuteAsync(connection, $"DROP TRIGGER IF EXISTS funcexec_migration ON {sessions.Name}", cancellationToken).ConfigureAwait(false);
        using (var row = new NpgsqlCommand($"DELETE FROM {Table} WHERE store = $1", connection) { Parameters = { new() { Value = database.Kind.Name } } })
        {
            await row.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        using (var rest = new NpgsqlCommand($"SELECT NOT EXISTS (SELECT FROM {Table})", connection))
        {
            if ((bool)(await rest.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!)
            {
                await ExecuteAsync(connection, $"DROP TABLE {Table}; DROP FUNCTION {Function}()", cancellationToken).ConfigureAwait(false);
            }
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
