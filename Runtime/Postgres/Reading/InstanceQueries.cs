using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Runtime.Postgres.Reading;

/// <summary>Reads instances, their histories and their timers.</summary>
internal sealed class InstanceQueries(Statements statements)
{
    // A filter that is not asked for is a range of everything.
    private const string Filters =
        """
        i.key > $1 AND i.created BETWEEN $2 AND $3 AND i.updated BETWEEN $4 AND $5
        AND ($6::bytea IS NULL OR i.id BETWEEN $6 AND $7) AND ($8::bytea IS NULL OR i.id NOT BETWEEN $8 AND $9)
        """;

    internal const string Find = $"SELECT {Records.Columns} FROM hub_instances i WHERE i.id = $1";

    internal const string All =
        $"SELECT {Records.Columns} FROM hub_instances i WHERE {Filters} AND ($10::smallint[] IS NULL OR i.status = ANY($10)) ORDER BY i.key LIMIT $11";

    // Among a million finished ones the few unfinished are found by index, one status after the other.
    internal const string Unfinished =
        $"""
        SELECT u.* FROM unnest($10::smallint[]) s(status)
            CROSS JOIN LATERAL (
                SELECT {Records.Columns} FROM hub_instances i WHERE i.status = s.status AND i.status < 4 AND {Filters} ORDER BY i.status, i.key LIMIT $11) u
        ORDER BY u.key LIMIT $11
        """;

    internal const string History = "SELECT h.data FROM hub_history h WHERE h.instance_key = $1 AND h.turn >= $2 ORDER BY h.turn LIMIT $3";

    internal const string Ready = "SELECT * FROM hub_ready($1, $2, $3, $4)";

    internal const string Timers =
        """
        SELECT t.fire_at, t.instance_key, t.timer_id, i.id
        FROM hub_timers t
            CROSS JOIN LATERAL (SELECT h.id, h.owner FROM hub_instances h WHERE h.key = t.instance_key OFFSET 0) i
        WHERE (t.fire_at, t.instance_key, t.timer_id) > ($2, $3, $4) AND t.fire_at <= $5
            AND (i.owner = $1 OR NOT EXISTS (SELECT FROM hub_sessions s WHERE s.id = i.owner AND s.expires > (SELECT hub_clock()) OFFSET 0))
        ORDER BY t.fire_at, t.instance_key, t.timer_id LIMIT $6
        """;

    internal async Task<InstanceRecord?> FindAsync(string instanceId, CancellationToken cancellationToken) =>
        (await statements.ReadAsync(Find, static row => Records.Read(row), cancellationToken, Statements.Value(StoredForms.Text(instanceId)))
            .ConfigureAwait(false)).FirstOrDefault();

    internal async Task<InstancePage> QueryAsync(InstanceQuery query, CancellationToken cancellationToken)
    {
        short[]? statuses = query.Statuses is { } some ? [.. some.Distinct().Select(static status => (short)status)] : null;
        bool isUnfinished = statuses is { Length: > 0 } && query.Statuses!.All(static status => !status.IsFinished());
        (byte[]? from, byte[]? to) = StoredForms.Range(query.InstanceIdPrefix);
        (byte[]? notFrom, byte[]? notTo) = StoredForms.Range(query.InstanceIdPrefixNot);
        List<InstanceRecord> items = await statements.ReadAsync(
            isUnfinished ? Unfinished : All,
            static row => Records.Read(row),
            cancellationToken,
            Statements.Value(query.AfterKey),
            Statements.Value(query.CreatedFrom?.UtcTicks ?? long.MinValue),
            Statements.Value(query.CreatedTo?.UtcTicks ?? long.MaxValue),
            Statements.Value(query.UpdatedFrom?.UtcTicks ?? long.MinValue),
            Statements.Value(query.UpdatedTo?.UtcTicks ?? long.MaxValue),
            Statements.Value(from, NpgsqlDbType.Bytea),
            Statements.Value(to, NpgsqlDbType.Bytea),
            Statements.Value(notFrom, NpgsqlDbType.Bytea),
            Statements.Value(notTo, NpgsqlDbType.Bytea),
            Statements.Array(statuses, NpgsqlDbType.Smallint),
            Statements.Value(query.PageSize + 1L)).ConfigureAwait(false);

        // One more than the page holds, which tells whether there is a next one.
        if (items.Count <= query.PageSize)
        {
            return new InstancePage(items, null);
        }

        items.RemoveRange(query.PageSize, items.Count - query.PageSize);
        return new InstancePage(items, items[^1].Key);
    }

    internal async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadHistoryAsync(long instanceKey, long firstTurn, int maxTurns, CancellationToken cancellationToken) =>
        await statements.ReadAsync(
            History,
            static row => StoredForms.ReadBytes(row.GetFieldValue<byte[]>(0)),
            cancellationToken,
            Statements.Value(instanceKey),
            Statements.Value(firstTurn),
            Statements.Value((long)maxTurns)).ConfigureAwait(false);

    internal Task<ReadyPage> ReadReadyAsync(ReadyRequest request, CancellationToken cancellationToken) => statements.ReadOneAsync(
        Ready,
        static row => new ReadyPage(
            [.. row.GetFieldValue<byte[][]>(0).Zip(
                row.GetFieldValue<byte[][]>(1), static (id, name) => new ReadyInstance(StoredForms.ReadText(id), StoredForms.ReadText(name)))],
            row.IsDBNull(2) ? null : row.GetInt64(2)),
        cancellationToken,
        Statements.Value(request.Session),
        Statements.Value(request.AfterKey),
        Statements.Value(request.Max),
        Statements.Array(request.Partitions?.Select(static partition => (short)partition).ToArray(), NpgsqlDbType.Smallint));

    internal async Task<IReadOnlyList<StoredTimer>> ReadTimersAsync(
        long session, TimerKey after, DateTimeOffset until, int max, CancellationToken cancellationToken)
    {
        // Between two milliseconds nothing is stored: the cursor is then behind all of the earlier one.
        bool isWhole = after.FireAt.UtcTicks % TimeSpan.TicksPerMillisecond == 0;
        return await statements.ReadAsync(
            Timers,
            static row => new StoredTimer(
                new TimerKey(DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)), row.GetInt64(1), row.GetInt32(2)),
                StoredForms.ReadText(row.GetFieldValue<byte[]>(3))),
            cancellationToken,
            Statements.Value(session),
            Statements.Value(after.FireAt.ToUnixTimeMilliseconds()),
            Statements.Value(isWhole ? after.InstanceKey : long.MaxValue),
            Statements.Value(isWhole ? after.TimerId : int.MaxValue),
            Statements.Value(until.ToUnixTimeMilliseconds()),
            Statements.Value((long)max)).ConfigureAwait(false);
    }
}
