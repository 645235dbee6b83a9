using System.Diagnostics;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Writing.Operations;

/// <summary>A session takes an instance, and what is needed to rebuild it.</summary>
internal sealed class LeaseInstance(string instanceId, long session) : HubCall<LeaseInstanceOutcome>
{
    private readonly Guid _hash = IdHash.Of(instanceId);

    public override Guid? Row => _hash;

    public override void AddTo(NpgsqlBatchCommandCollection commands)
    {
        commands.Add(new NpgsqlBatchCommand("SELECT * FROM lease_instance($1, $2)").With(_hash).With(session));
        commands.Add(new NpgsqlBatchCommand($"SELECT {Columns.Record}, i.token FROM instances i WHERE i.id_hash = $1 AND i.owner = $2 AND i.status < 4").With(_hash).With(session));
        commands.Add(new NpgsqlBatchCommand(
            "SELECT m.id, m.data FROM instances i JOIN inbox m ON m.instance_key = i.key WHERE i.id_hash = $1 AND i.owner = $2 ORDER BY m.id").With(_hash).With(session));
    }

    public override async Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.RowAsync(cancellationToken).ConfigureAwait(false);
        int code = reader.GetInt32(0);
        long holder = code == 2 ? reader.GetInt64(1) : 0;
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        InstanceRecord? record = null;
        long token = 0;
        if (code == 3)
        {
            await reader.RowAsync(cancellationToken).ConfigureAwait(false);
            record = reader.ReadRecord(0);
            token = reader.GetInt64(Columns.RecordCount);
        }

        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        List<StoredMessage> messages = [];
        while (code == 3 && await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            messages.Add(new StoredMessage(reader.GetInt64(0), reader.Bytes(1)));
        }

        Decide(code switch
        {
            1 => new LeaseInstanceOutcome.Gone(),
            2 => new LeaseInstanceOutcome.HeldBy(holder),
            3 => new LeaseInstanceOutcome.Leased(new LeasedInstance(new InstanceLease(record!.Key, instanceId, token), record, messages)),
            _ => throw new UnreachableException(),
        });
    }
}
