using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>A new instance with its payloads encoded, ready to be stored.</summary>
internal sealed class PreparedInstance(NewInstance instance)
{
    internal NewInstance Instance { get; } = instance;

    internal byte[] Id { get; } = StoredForms.Text(instance.InstanceId);

    internal byte[] Name { get; } = StoredForms.Text(instance.Name);

    internal byte[]? Tags { get; } = StoredForms.TextOrNull(instance.Tags);

    internal byte[] FirstTurn { get; } = StoredForms.Bytes(instance.FirstTurn);

    internal PreparedMessage? WhenInUse { get; } = instance.WhenInUse is { } message ? new PreparedMessage(message) : null;
}
