using Npgsql;

namespace FuncExec.Runtime.PostgresStore.Opening;

/// <summary>
/// Which version of its schema a store has. Several stores share a schema and count apart. Nodes that start together wait for
/// each other: one of them migrates, the others find it done.
/// </summary>
internal static class SchemaVersions
{
    internal static async Task MigrateAsync(PostgresDatabase database, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        StoreKind kind = database.Kind;
        using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await LockAsync(database, connection, cancellationToken).ConfigureAwait(false);
        await EnsureSchemaAsync(database, connection, cancellationToken).ConfigureAwait(false);
        if (database.Use == SchemaUse.Node)
        {
            await SchemaMark.RefuseAsync(database, connection, cancellationToken).ConfigureAwait(false);
        }

        (int version, int needs) = await ReadAsync(kind, connection, cancellationToken).ConfigureAwait(false);
        CheckVersion(database, version, needs);

        if (version > 0)
        {
            await RefuseBesideOlderAsync(database, connection, version, needs, cancellationToken).ConfigureAwait(false);
        }

        for (int step = version; step < kind.Steps.Count; step++)
        {
            needs = Math.Max(needs, kind.Steps[step].Needs);
            await ExecuteAsync(connection, kind.Steps[step].Sql, cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(
                connection,
                """
                INSERT INTO funcexec_versions(store, version, needs) VALUES ($1, $2, $3)
                ON CONFLICT (store) DO UPDATE SET version = excluded.version, needs = excluded.needs, migrated_at = now()
                """,
                cancellationToken,
                kind.Name, step + 1, needs).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Until the transaction ends nobody else brings the schema forward, or marks it.</summary>
    internal static Task LockAsync(PostgresDatabase database, NpgsqlConnection connection, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", cancellationToken, "funcexec " + database.Schema);

    private static void CheckVersion(PostgresDatabase database, int version, int needs)
    {
        StoreKind kind = database.Kind;
        if (needs > kind.Steps.Count)
        {
            throw kind.CannotStart(
                $"{database.Description}: the {kind.Name} has schema version {version}, for programs that know version {needs}; this one knows versions up to {kind.Steps.Count}. "
                + "Use the program version that wrote it, or a newer one.");
        }

        if (database.Use != SchemaUse.Node && version > kind.Steps.Count)
        {
            throw kind.CannotStart(
                $"{database.Description}: the {kind.Name} has schema version {version}, and this program knows versions up to {kind.Steps.Count}: it would leave out what "
                + "came later. Use the program version that wrote it, or a newer one.");
        }

        if (database.Use == SchemaUse.Source && version == 0)
        {
            throw NothingThere(database);
        }
    }

    /// <summary>Steps after which some of the nodes that live now could not go on wait for their ends.</summary>
    private static async Task RefuseBesideOlderAsync(PostgresDatabase database, NpgsqlConnection connection, int version, int needs, CancellationToken cancellationToken)
    {
        StoreKind kind = database.Kind;
        int asked = kind.Steps.Skip(version).Select(static step => step.Needs).DefaultIfEmpty(needs).Max();
        if (asked <= needs || kind.Sessions is not { } sessions)
        {
            return;
        }

        // Whoever is about to begin a session is waited for, and seen; whoever comes later is refused by the schema.
        await ExecuteAsync(connection, $"LOCK TABLE {sessions.Name} IN SHARE ROW EXCLUSIVE MODE", cancellationToken).ConfigureAwait(false);
        long older = (long)(await ScalarAsync(
            connection, $"SELECT count(*) FROM {sessions.Name} WHERE {sessions.Lives} AND knows < $1", cancellationToken, asked).ConfigureAwait(false))!;
        if (older > 0)
        {
            throw new OlderNodesException(
                $"{database.Description}: {older} node{(older == 1 ? " is" : "s are")} of a program version that could not go on with the {kind.Name}'s next schema, "
                + $"which needs version {asked}. Replace them by a release that knows it first, or stop them; one that was killed counts until its lease is over.");
        }
    }

    private static Exception NothingThere(PostgresDatabase database) => database.Kind.CannotStart(
        $"{database.Description}: there is no {database.Kind.Name} of FuncExec. Name the hub and the database of a service that has run.");

    private static async Task EnsureSchemaAsync(PostgresDatabase database, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        string schema = database.Schema;
        bool isThere = (bool)(await ScalarAsync(connection, "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)", cancellationToken, schema).ConfigureAwait(false))!;
        if (!isThere)
        {
            if (database.Use == SchemaUse.Source)
            {
                throw NothingThere(database);
            }

            await CreateSchemaAsync(database, connection, cancellationToken).ConfigureAwait(false);
        }

        bool isOurs = (bool)(await ScalarAsync(connection, "SELECT to_regclass($1) IS NOT NULL", cancellationToken, $"{schema}.funcexec_versions").ConfigureAwait(false))!;
        if (isOurs)
        {
            return;
        }

        bool isEmpty = !(bool)(await ScalarAsync(
            connection,
            "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1)",
            cancellationToken,
            schema).ConfigureAwait(false))!;
        if (!isEmpty)
        {
            throw database.Kind.CannotStart(
                $"{database.Description}: the schema '{schema}' holds something else than FuncExec's tables. Choose another hub name (extensions.durableTask.hubName), or another database.");
        }

        await ExecuteAsync(
            connection,
            "CREATE TABLE funcexec_versions(store text PRIMARY KEY, version int NOT NULL, needs int NOT NULL, migrated_at timestamptz NOT NULL DEFAULT now())",
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task CreateSchemaAsync(PostgresDatabase database, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(connection, $"CREATE SCHEMA {database.Schema}", cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw database.Kind.CannotStart(
                $"{database.Description}: the schema is not there, and the role may not create it. Have the database's owner run: CREATE SCHEMA {database.Schema} AUTHORIZATION {connection.UserName}",
                exception);
        }
    }

    private static async Task<(int Version, int Needs)> ReadAsync(StoreKind kind, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand("SELECT version, needs FROM funcexec_versions WHERE store = $1", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = kind.Name });
        using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await row.ReadAsync(cancellationToken).ConfigureAwait(false) ? (row.GetInt32(0), row.GetInt32(1)) : (0, 0);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        using NpgsqlCommand command = Make(connection, sql, values);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        using NpgsqlCommand command = Make(connection, sql, values);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlCommand Make(NpgsqlConnection connection, string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (object value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
