using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Writing.Operations;

/// <summary>A session takes waiting activities of some queues.</summary>
internal sealed class LeaseActivities(long session, Guid[] queues, int most) : HubCall<IReadOnlyList<LeasedActivity>>
{
    public override void AddTo(NpgsqlBatchCommandCollection commands) =>
        commands.Add(new NpgsqlBatchCommand("SELECT * FROM lease_activities($1, $2, $3)").With(session).With(queues).With(most));

    public override async Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        List<LeasedActivity> leased = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            leased.Add(reader.ReadActivity());
        }

        Decide(leased);
    }
}
