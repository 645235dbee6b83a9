using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Reading;
using FuncExec.Runtime.Postgres.Values;
using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Faults;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Runtime.Postgres.Activities;

/// <summary>Leases activities that wait, and reads those that are held.</summary>
internal sealed class ActivityLeases(PostgresDatabase database, Statements statements, QueueDirectory queues)
{
    internal const string Lease = "SELECT * FROM hub_lease_activities($1, $2, $3)";

    internal const string NewQueues = "SELECT q.id, q.name, q.runs_on FROM hub_queues q WHERE q.id <> ALL($1) ORDER BY q.id";

    internal const string Held =
        """
        SELECT a.sequence, a.leases, i.id, a.instance_key, a.generation, a.task_id, a.queue, a.priority, a.input, a.version, a.tags
        FROM hub_activities a
            CROSS JOIN LATERAL (SELECT h.id FROM hub_instances h WHERE h.key = a.instance_key OFFSET 0) i
        WHERE a.owner = $1 AND a.owner <> 0 AND a.sequence > $2
            AND EXISTS (SELECT FROM hub_sessions s WHERE s.id = $1 AND s.expires > (SELECT hub_clock()) OFFSET 0)
        ORDER BY a.owner, a.sequence LIMIT $3
        """;

    /// <summary>
    /// Leases what waits in the queues of a selection. Queues that this node did not know come with the answer; where there are
    /// some of the selection among them, they are asked too, each queue once.
    /// </summary>
    internal async Task<IReadOnlyList<LeasedActivity>> LeaseAsync(
        long session, ActivitySelection selection, int max, CancellationToken cancellationToken)
    {
        List<LeasedActivity> leased = [];
        int[] next = queues.Select(selection);
        HashSet<int> asked = [.. next];
        do
        {
            await LeaseAsync(session, next, queues.Known, max - leased.Count, leased, cancellationToken).ConfigureAwait(false);
            next = [.. queues.Select(selection).Where(asked.Add)];
        }
        while (next.Length > 0 && leased.Count < max);

        return leased;
    }

    /// <summary>The activities that a live session holds.</summary>
    internal async Task<IReadOnlyList<LeasedActivity>> ReadHeldAsync(long session, long afterSequence, int max, CancellationToken cancellationToken)
    {
        List<Row> rows = await statements.ReadAsync(
            Held, Read, cancellationToken, Statements.Value(session), Statements.Value(afterSequence), Statements.Value((long)max)).ConfigureAwait(false);
        if (rows.Exists(row => !queues.Known.Contains(row.Queue)))
        {
            await HearOfQueuesAsync(cancellationToken).ConfigureAwait(false);
        }

        return [.. rows.Select(ToActivity)];
    }

    private async Task HearOfQueuesAsync(CancellationToken cancellationToken)
    {
        foreach (ActivityQueue queue in await statements
            .ReadAsync(NewQueues, ReadQueue, cancellationToken, Statements.Array(queues.Known, NpgsqlDbType.Integer)).ConfigureAwait(false))
        {
            queues.Add(queue);
        }
    }

    private async Task LeaseAsync(
        long session, int[] asked, int[] known, int max, List<LeasedActivity> leased, CancellationToken cancellationToken)
    {
        try
        {
            using NpgsqlConnection connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new NpgsqlBatchCommand(Lease)
                    {
                        Parameters = { Statements.Value(session), Statements.Array(asked, NpgsqlDbType.Integer), Statements.Value(max) },
                    },
                    new NpgsqlBatchCommand(NewQueues) { Parameters = { Statements.Array(known, NpgsqlDbType.Integer) } },
                },
            };
            await batch.PrepareAsync(cancellationToken).ConfigureAwait(false);
            using NpgsqlDataReader row = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            List<Row> rows = [];
            while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                rows.Add(Read(row));
            }

            await row.NextResultAsync(cancellationToken).ConfigureAwait(false);
            while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                queues.Add(ReadQueue(row));
            }

            await row.NextResultAsync(cancellationToken).ConfigureAwait(false);
            leased.AddRange(rows.Select(ToActivity));
        }
        catch (Exception exception) when (PostgresFaults.IsUnavailable(exception))
        {
            throw database.Unavailable(exception);
        }
    }

    private LeasedActivity ToActivity(Row row) => new(
        new ActivityLease(row.Sequence, row.Leases),
        row.InstanceId,
        row.InstanceKey,
        row.Generation,
        new NewActivity
        {
            TaskId = row.TaskId,
            Name = queues[row.Queue].Name,
            RunsOn = queues[row.Queue].RunsOn,
            Priority = row.Priority,
            Input = row.Input,
            Version = row.Version,
            Tags = row.Tags,
        },
        row.Leases);

    private static ActivityQueue ReadQueue(NpgsqlDataReader row) =>
        new(row.GetInt32(0), StoredForms.ReadText(row.GetFieldValue<byte[]>(1)), LabelSet.Of(row.GetFieldValue<string[]>(2)));

    private static Row Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetInt32(1),
        StoredForms.ReadText(row.GetFieldValue<byte[]>(2)),
        row.GetInt64(3),
        row.GetGuid(4),
        row.GetInt32(5),
        row.GetInt32(6),
        row.GetInt16(7),
        Records.Text(row, 8),
        StoredForms.ReadText(row.GetFieldValue<byte[]>(9)),
        Records.Text(row, 10));

    private sealed record Row(
        long Sequence, int Leases, string InstanceId, long InstanceKey, Guid Generation, int TaskId, int Queue, short Priority,
        string? Input, string Version, string? Tags);
}
