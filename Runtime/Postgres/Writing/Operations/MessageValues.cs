using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using FuncExec.Runtime.PostgresStore.Values;

namespace FuncExec.Runtime.Postgres.Writing.Operations;

/// <summary>A message to send, encoded on the caller's thread.</summary>
internal sealed class MessageValues(OutgoingMessage message)
{
    internal string InstanceId => message.InstanceId;

    internal Guid Hash { get; } = IdHash.Of(message.InstanceId);

    internal Guid? Generation => message.Generation;

    internal byte[] Content { get; } = StoredValue.Of(message.Content.Span);

    internal InstanceValues? IfAbsent { get; } = message.IfAbsent is { } instance ? new InstanceValues(instance) : null;

    internal long Weight => 128 + Content.Length + (IfAbsent?.Weight ?? 0);
}
