using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using FuncExec.Runtime.PostgresStore.Writing;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>A session takes an instance.</summary>
internal sealed class LeaseInstance(string instanceId, long session) : GroupedCall<LeaseInstanceOutcome>
{
    internal string InstanceId { get; } = instanceId;

    internal byte[] Id { get; } = StoredForms.Text(instanceId);

    internal long Session { get; } = session;
}
