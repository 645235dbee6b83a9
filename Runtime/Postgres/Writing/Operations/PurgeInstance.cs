using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Writing.Operations;

/// <summary>Deletes a finished instance, or an idle one of a given version.</summary>
internal sealed class PurgeInstance(string instanceId, long? idleVersion = null) : HubCall<PurgeOutcome>
{
    private readonly Guid _hash = IdHash.Of(instanceId);

    public override IEnumerable<Guid> Ids => [_hash];

    public override void AddTo(NpgsqlBatchCommandCollection commands) =>
        commands.Add(new NpgsqlBatchCommand("SELECT purge_instance($1, $2)").With(_hash).With(idleVersion));

    public override async Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.RowAsync(cancellationToken).ConfigureAwait(false);
        Decide((PurgeOutcome)reader.GetInt32(0));
    }
}
