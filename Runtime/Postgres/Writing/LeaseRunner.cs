using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Reading;
using FuncExec.Runtime.Postgres.Values;
using FuncExec.Runtime.PostgresStore;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>Leases a group of instances and reads their unread messages: one transaction, one round trip.</summary>
internal sealed class LeaseRunner(PostgresDatabase database)
{
    private const int Leased = 1;
    private const int Held = 2;
    private const int FirstRecordColumn = 4;

    private const string Lease = "SELECT * FROM hub_lease_instances($1, $2)";

    // What was meant for a generation that has ended meanwhile is nobody's.
    private const string Inbox =
        """
        SELECT x.ord, m.id, m.data
        FROM unnest($1, $2) WITH ORDINALITY x(id, session, ord)
            CROSS JOIN LATERAL (
                SELECT i.key, i.generation FROM hub_instances i WHERE i.id = x.id AND i.owner = x.session AND i.status < 4 OFFSET 0) i
            CROSS JOIN LATERAL (
                SELECT b.id, b.data FROM hub_inbox b
                WHERE b.instance_key = i.key AND (b.generation IS NULL OR b.generation = i.generation) OFFSET 0) m
        ORDER BY x.ord, m.id
        """;

    internal async Task RunAsync(IReadOnlyList<LeaseInstance> calls, CancellationToken cancellationToken)
    {
        using NpgsqlConnection connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Command(Lease, calls));
        batch.BatchCommands.Add(Command(Inbox, calls));
        await batch.PrepareAsync(cancellationToken).ConfigureAwait(false);
        using NpgsqlDataReader row = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var outcomes = new LeaseInstanceOutcome[calls.Count];
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            int at = (int)row.GetInt64(0) - 1;
            outcomes[at] = Read(row, calls[at]);
        }

        await row.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var messages = new List<StoredMessage>?[calls.Count];
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            int at = (int)row.GetInt64(0) - 1;
            (messages[at] ??= []).Add(new StoredMessage(row.GetInt64(1), StoredForms.ReadBytes(row.GetFieldValue<byte[]>(2))));
        }

        await row.NextResultAsync(cancellationToken).ConfigureAwait(false);
        for (int at = 0; at < outcomes.Length; at++)
        {
            calls[at].Decide(outcomes[at] is LeaseInstanceOutcome.Leased { Instance: var leased } && messages[at] is { } unread
                ? new LeaseInstanceOutcome.Leased(leased with { Messages = unread })
                : outcomes[at]);
        }
    }

    private static LeaseInstanceOutcome Read(NpgsqlDataReader row, LeaseInstance call) => row.GetInt32(1) switch
    {
        Leased => new LeaseInstanceOutcome.Leased(new LeasedInstance(
            new InstanceLease(row.GetInt64(FirstRecordColumn), call.InstanceId, row.GetInt64(3)),
            Records.Read(row, FirstRecordColumn),
            [])),
        Held => new LeaseInstanceOutcome.HeldBy(row.GetInt64(2)),
        _ => new LeaseInstanceOutcome.Gone(),
    };

    private static NpgsqlBatchCommand Command(string sql, IReadOnlyList<LeaseInstance> calls) => new(sql)
    {
        Parameters =
        {
            new NpgsqlParameter<byte[][]> { TypedValue = [.. calls.Select(static call => call.Id)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
            new NpgsqlParameter<long[]> { TypedValue = [.. calls.Select(static call => call.Session)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
        },
    };
}
