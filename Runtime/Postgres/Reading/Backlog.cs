using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Reading;

/// <summary>Counts what waits.</summary>
internal sealed class Backlog(Statements statements)
{
    // Each queue of which something waits is gone over from its front, as far as its part of the bound goes. The OFFSET keeps the
    // planner from making a join of it, which would go over all that waits.
    internal const string Count =
        """
        WITH waiting AS MATERIALIZED (
            SELECT q.id, q.name, q.runs_on FROM hub_queues q
            WHERE EXISTS (SELECT FROM hub_activities a WHERE a.owner = 0 AND a.queue = q.id ORDER BY a.queue, a.rank, a.sequence LIMIT 1 OFFSET 0))
        SELECT w.name, w.runs_on, c.priority, count(*), min(c.rank)
        FROM waiting w
            CROSS JOIN LATERAL (
                SELECT a.priority, a.rank FROM hub_activities a WHERE a.owner = 0 AND a.queue = w.id
                ORDER BY a.queue, a.rank, a.sequence LIMIT greatest(1, $1 / (SELECT count(*) FROM waiting))) c
        GROUP BY w.name, w.runs_on, c.priority
        """;

    internal async Task<IReadOnlyList<WaitingActivities>> CountAsync(int most, CancellationToken cancellationToken) =>
        await statements.ReadAsync(Count, Read, cancellationToken, Statements.Value((long)most)).ConfigureAwait(false);

    private static WaitingActivities Read(NpgsqlDataReader row)
    {
        int priority = row.GetInt16(2);
        return new WaitingActivities(
            StoredForms.ReadText(row.GetFieldValue<byte[]>(0)),
            LabelSet.Of(row.GetFieldValue<string[]>(1)),
            priority,
            row.GetInt64(3),
            ActivityPriority.ScheduledAt(row.GetInt64(4), priority));
    }
}
