using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using FuncExec.Runtime.PostgresStore.Values;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Writing.Operations;

/// <summary>An activity's completion becomes a message to its instance, whose id is told too: it may be elsewhere.</summary>
internal sealed class CompleteActivity(ActivityLease lease, ReadOnlyMemory<byte> completion) : HubCall<(CompleteActivityOutcome Outcome, string? InstanceId)>
{
    private readonly byte[] _completion = StoredValue.Of(completion.Span);

    internal override long Weight => 128 + _completion.Length;

    public override void AddTo(NpgsqlBatchCommandCollection commands) => commands.Add(
        new NpgsqlBatchCommand("SELECT * FROM complete_activity($1, $2, $3)").With(lease.Sequence).With((int)lease.Token).With(_completion));

    public override async Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.RowAsync(cancellationToken).ConfigureAwait(false);
        Decide(reader.GetInt32(0) == 1
            ? (new CompleteActivityOutcome.Recorded(new MessageReceipt((Delivery)reader.GetInt16(1), reader.GetInt64(2))), reader.TextOrNull(3))
            : (new CompleteActivityOutcome.LeaseLost(), null));
    }
}
