using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Faults;
using FuncExec.Runtime.PostgresStore.Values;
using FuncExec.Runtime.PostgresStore.Writing;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Runtime.Postgres.Reading;

/// <summary>What is only read, and what is too small to be worth a group.</summary>
internal sealed class HubReader(PostgresDatabase database)
{
    private const string History = "SELECT data FROM history WHERE instance_key = $1 AND turn >= $2 ORDER BY turn LIMIT $3";

    private const string Held =
        """
        SELECT a.sequence, a.leases, a.instance_key, a.generation, a.task_id, i.id, a.name, a.version, a.tags, a.input
        FROM activities a JOIN instances i ON i.key = a.instance_key
        WHERE a.owner = $1 AND a.owner <> 0 AND a.sequence > $2 AND is_live($1) ORDER BY a.sequence LIMIT $3
        """;

    // A filter that is not asked for is a range of everything.
    private const string Filters =
        """
        i.key > $1 AND i.created BETWEEN $2 AND $3 AND i.updated BETWEEN $4 AND $5
        AND ($6 IS NULL OR substring(i.id FROM 1 FOR length($6)) = $6) AND ($7 IS NULL OR substring(i.id FROM 1 FOR length($7)) <> $7)
        """;

    private static readonly string s_all = $"SELECT {Columns.Record} FROM instances i WHERE {Filters} AND i.status = ANY ($8) ORDER BY i.key LIMIT $9";

    // Among a million finished ones the few unfinished are found by their index, one status after the other.
    private static readonly string s_unfinished =
        $"""
        SELECT {Columns.Record} FROM unnest($8) AS s(status) CROSS JOIN LATERAL (
            SELECT * FROM instances i WHERE {Filters} AND i.status = s.status AND i.status < 4 ORDER BY i.status, i.key LIMIT $9) i
        ORDER BY i.key LIMIT $9
        """;

    private const string Timers =
        """
        SELECT t.fire_at, t.instance_key, t.timer_id, i.id FROM timers t JOIN instances i ON i.key = t.instance_key
        WHERE (t.fire_at, t.instance_key, t.timer_id) > ($2, $3, $4) AND t.fire_at <= $5
            AND i.owner <> ALL (ARRAY(SELECT s.id FROM sessions s WHERE s.expires_at > now_us() AND s.id <> $1))
        ORDER BY t.fire_at, t.instance_key, t.timer_id LIMIT $6
        """;

    internal Task<T> ScalarAsync<T>(string sql, CancellationToken cancellationToken, params object[] values) => GuardAsync(async () =>
    {
        using NpgsqlCommand command = Make(sql, values);
        return (T)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    });

    internal Task ExecuteAsync(string sql, CancellationToken cancellationToken, params object[] values) => GuardAsync(async () =>
    {
        using NpgsqlCommand command = Make(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    });

    internal async Task<InstanceRecord?> FindAsync(string instanceId, CancellationToken cancellationToken)
    {
        List<InstanceRecord> found = await ListAsync(
            $"SELECT {Columns.Record} FROM instances i WHERE i.id_hash = $1", static row => row.ReadRecord(0), cancellationToken, IdHash.Of(instanceId)).ConfigureAwait(false);
        return found.Count == 0 ? null : found[0];
    }

    internal async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadHistoryAsync(long key, long firstTurn, int maxTurns, CancellationToken cancellationToken) =>
        await ListAsync(History, static row => row.Bytes(0), cancellationToken, key, firstTurn, maxTurns).ConfigureAwait(false);

    internal async Task<IReadOnlyList<LeasedActivity>> ReadHeldAsync(long session, long after, int max, CancellationToken cancellationToken) =>
        await ListAsync(Held, static row => row.ReadActivity(), cancellationToken, session, after, max).ConfigureAwait(false);

    internal async Task<InstancePage> QueryAsync(InstanceQuery query, CancellationToken cancellationToken)
    {
        bool onlyUnfinished = query.Statuses is { Count: > 0 } statuses && statuses.All(static status => !status.IsFinished());
        short[] wanted = [.. (query.Statuses ?? Enum.GetValues<InstanceStatus>()).Select(static status => (short)status).Distinct()];
        List<InstanceRecord> items = await ListAsync(
            onlyUnfinished ? s_unfinished : s_all,
            static row => row.ReadRecord(0),
            cancellationToken,
            query.AfterKey,
            query.CreatedFrom?.UtcTicks ?? long.MinValue,
            query.CreatedTo?.UtcTicks ?? long.MaxValue,
            query.UpdatedFrom?.UtcTicks ?? long.MinValue,
            query.UpdatedTo?.UtcTicks ?? long.MaxValue,
            Prefix(query.InstanceIdPrefix),
            Prefix(query.InstanceIdPrefixNot),
            wanted,
            query.PageSize + 1L).ConfigureAwait(false);
        if (items.Count <= query.PageSize)
        {
            return new InstancePage(items, null);
        }

        items.RemoveRange(query.PageSize, items.Count - query.PageSize);
        return new InstancePage(items, items[^1].Key);
    }

    internal async Task<ReadyPage> ReadReadyAsync(ReadyRequest request, CancellationToken cancellationToken)
    {
        object partitions = request.Partitions is { } some ? some.Select(static partition => (short)partition).ToArray() : new Absent(NpgsqlDbType.Array | NpgsqlDbType.Smallint);
        List<(long Key, string Id)> ready = await ListAsync(
            "SELECT key, id FROM ready_instances($1, $2, $3, $4)",
            static row => (row.GetInt64(0), row.Text(1)),
            cancellationToken,
            request.Session, request.AfterKey, request.Max + 1, partitions).ConfigureAwait(false);
        return ready.Count <= request.Max
            ? new ReadyPage([.. ready.Select(static one => one.Id)], null)
            : new ReadyPage([.. ready.Take(request.Max).Select(static one => one.Id)], ready[request.Max - 1].Key);
    }

    internal async Task<IReadOnlyList<StoredTimer>> ReadTimersAsync(long session, TimerKey after, DateTimeOffset until, int max, CancellationToken cancellationToken)
    {
        bool isWhole = after.FireAt.UtcTicks % TimeSpan.TicksPerMillisecond == 0;
        return await ListAsync(
            Timers,
            static row => new StoredTimer(
                new TimerKey(DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)), row.GetInt64(1), row.GetInt32(2)), row.Text(3)),
            cancellationToken,
            session,
            after.FireAt.ToUnixTimeMilliseconds(),
            isWhole ? after.InstanceKey : long.MaxValue,
            isWhole ? after.TimerId : int.MaxValue,
            until.ToUnixTimeMilliseconds(),
            max).ConfigureAwait(false);
    }

    /// <summary>Runs something that asks the server; its failures are the hub's.</summary>
    internal async Task<T> GuardAsync<T>(Func<Task<T>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (Exception exception) when (PostgresFaults.Classify(exception) is not FaultKind.Defect)
        {
            StoreMetrics.Failed(database.Kind, 1);
            throw database.Unavailable(exception);
        }
        catch (InvalidDataException exception)
        {
            throw new HubUnavailableException(exception.Message, exception);
        }
    }

    private Task<List<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] values) => GuardAsync(async () =>
    {
        using NpgsqlCommand command = Make(sql, values);
        using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        List<T> list = [];
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            list.Add(read(rows));
        }

        return list;
    });

    private NpgsqlCommand Make(string sql, object[] values)
    {
        NpgsqlCommand command = database.Source.CreateCommand(sql);
        foreach (object value in values)
        {
            command.Parameters.Add(value is Absent absent
                ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = absent.Type }
                : new NpgsqlParameter { Value = value });
        }

        return command;
    }

    /// <summary>Ids are stored behind a mark; so is what they begin with.</summary>
    private static object Prefix(string? prefix) => string.IsNullOrEmpty(prefix) ? new Absent(NpgsqlDbType.Bytea) : StoredValue.Of(prefix)!;

    private sealed record Absent(NpgsqlDbType Type);
}
