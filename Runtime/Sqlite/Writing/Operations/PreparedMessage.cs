using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Sqlite.Values;

namespace FuncExec.Runtime.Sqlite.Writing.Operations;

/// <summary>A message with its content encoded, ready to be stored.</summary>
internal readonly struct PreparedMessage(OutgoingMessage message)
{
    internal StoredText InstanceId { get; } = StoredText.Of(message.InstanceId);

    internal Guid? Generation { get; } = message.Generation;

    internal StoredBytes Content { get; } = StoredBytes.Of(message.Content);

    internal MessageReceipt Deliver(Store store, long session) =>
        store.Deliver(store.Instances.Find(InstanceId), Generation, Content, session);
}
