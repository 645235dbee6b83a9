using System.Diagnostics;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Writing.Operations;

/// <summary>A client sends a message.</summary>
internal sealed class SendMessage(OutgoingMessage message) : HubCall<SendOutcome>
{
    /// <summary>The unread messages that one instance may have before clients are refused.</summary>
    internal const int InboxLimit = 100_000;

    private readonly MessageValues _values = new(message);

    internal override long Weight => _values.Weight;

    public override IEnumerable<Guid> Ids => _values.IfAbsent is null ? [] : [_values.Hash];

    public override void AddTo(NpgsqlBatchCommandCollection commands)
    {
        InstanceValues? absent = _values.IfAbsent;
        commands.Add(new NpgsqlBatchCommand("SELECT * FROM send_message($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)")
            .With(_values.Hash).With(_values.Generation).With(_values.Content).With(absent is not null)
            .With(absent?.Id).With(absent?.Name).With(absent?.Generation).With(absent?.FirstTurn).With(absent?.CreatedAt)
            .With(absent?.Partition ?? 0).With(absent?.Tags).With(InboxLimit));
    }

    public override async Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.RowAsync(cancellationToken).ConfigureAwait(false);
        Decide(reader.GetInt32(0) switch
        {
            1 => new SendOutcome.NotFound(),
            2 => new SendOutcome.Finished((InstanceStatus)reader.GetInt16(1)),
            3 => new SendOutcome.InboxFull(InboxLimit),
            4 => new SendOutcome.Stored(reader.GetInt64(2), reader.IsDBNull(3) ? null : reader.GetInt64(3)),
            _ => throw new UnreachableException(),
        });
    }
}
