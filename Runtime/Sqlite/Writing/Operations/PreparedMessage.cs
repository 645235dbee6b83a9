using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Sqlite.Tables;
using FuncExec.Runtime.Sqlite.Values;

namespace FuncExec.Runtime.Sqlite.Writing.Operations;

/// <summary>A message with its content encoded, ready to be stored.</summary>
internal readonly struct PreparedMessage(OutgoingMessage message)
{
    internal StoredText InstanceId { get; } = StoredText.Of(message.InstanceId);

    internal Guid? Generation { get; } = message.Generation;

    internal StoredBytes Content { get; } = StoredBytes.Of(message.Content);

    private readonly PreparedInstance? _ifAbsent = message.IfAbsent is { } instance ? new PreparedInstance(instance) : null;

    internal MessageReceipt Deliver(Store store, long session) => store.Deliver(FindTarget(store), Generation, Content, session);

    /// <summary>Whom it is for, made now if it may be; null when there is nobody.</summary>
    internal InstanceState? FindTarget(Store store)
    {
        if (store.Instances.Find(InstanceId) is { } target && (_ifAbsent is null || !target.Status.IsFinished()))
        {
            return target;
        }

        _ = _ifAbsent?.Insert(store, owner: 0);
        return _ifAbsent is null ? null : store.Instances.Find(InstanceId);
    }
}
