using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Writing.Operations;

/// <summary>A client creates an instance.</summary>
internal sealed class CreateInstance(NewInstance instance, long? leaseTo) : HubCall<CreateOutcome>
{
    private readonly InstanceValues _values = new(instance);

    internal override long Weight => _values.Weight;

    public override IEnumerable<Guid> Ids => [_values.Hash];

    public override void AddTo(NpgsqlBatchCommandCollection commands) => commands.Add(
        _values.AddTo(new NpgsqlBatchCommand("SELECT * FROM create_instance($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)"))
            .With(_values.StartAt).With(_values.Kept).With(leaseTo));

    public override async Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.RowAsync(cancellationToken).ConfigureAwait(false);
        long key = reader.GetInt64(0);
        Decide(key == 0
            ? new CreateOutcome.InUse((InstanceStatus)reader.GetInt16(1))
            : new CreateOutcome.Created(reader.GetBoolean(2) ? new InstanceLease(key, instance.InstanceId, 1) : null));
    }
}
