using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using FuncExec.Runtime.PostgresStore.Values;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Writing.Operations;

/// <summary>A finished instance goes on.</summary>
internal sealed class ReviveInstance(Revival revival, ActivityQueues queues) : HubCall<ReviveOutcome>
{
    private readonly ActivityValues _activities = new(revival.Activities, queues);
    private readonly long[] _turns = [.. revival.ChangedTurns.Keys];
    private readonly byte[]?[] _datas = [.. revival.ChangedTurns.Values.Select(static turn => StoredValue.Of(turn.Span))];
    private readonly byte[]?[] _messages = [.. revival.Messages.Select(static message => StoredValue.Of(message.Span))];

    internal override long Weight => 512 + _activities.Weight + _datas.Concat(_messages).Sum(static bytes => (long)bytes!.Length);

    public override void AddTo(NpgsqlBatchCommandCollection commands) => commands.Add(
        _activities.AddTo(new NpgsqlBatchCommand("SELECT revive_instance($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18)")
                .With(revival.InstanceKey).With(revival.ExpectedVersion).With(revival.ExpectedUpdatedAt.UtcTicks).With(revival.Version)
                .With(_turns).With(_datas).With((short)revival.Status).With(revival.At.UtcTicks)
                .With([.. revival.Timers.Select(static timer => Columns.Milliseconds(timer.FireAt))])
                .With([.. revival.Timers.Select(static timer => timer.TimerId)]))
            .With(_messages));

    public override async Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.RowAsync(cancellationToken).ConfigureAwait(false);
        Decide((ReviveOutcome)reader.GetInt32(0));
    }
}
