using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Sqlite.Tables;
using FuncExec.Runtime.Sqlite.Values;

namespace FuncExec.Runtime.Sqlite.Writing.Operations;

/// <summary>A new instance with its payloads encoded, ready to be stored.</summary>
internal sealed class PreparedInstance(NewInstance instance)
{
    private readonly NewInstance _instance = instance;
    private readonly StoredText _id = StoredText.Of(instance.InstanceId);
    private readonly StoredText _tags = StoredText.Of(instance.Tags);
    private readonly StoredBytes _firstTurn = StoredBytes.Of(instance.FirstTurn);

    internal string InstanceId => _instance.InstanceId;

    internal PreparedMessage? WhenInUse { get; } =
        instance.WhenInUse is { } message ? new PreparedMessage(message) : null;

    /// <summary>Who uses the id, or null when nobody does.</summary>
    internal InstanceState? FindUser(Store store) =>
        store.Instances.Find(_id) is { } existing
            && (!existing.Status.IsFinished() || _instance.KeptStatuses.Contains(existing.Status)) ? existing : null;

    /// <summary>Stores the instance, in place of a finished one if need be. Nobody uses the id.</summary>
    /// <returns>The lease of <paramref name="owner"/>, or null when that is zero.</returns>
    internal InstanceLease? Insert(Store store, long owner)
    {
        if (store.Instances.Find(_id) is { } finished)
        {
            store.Remove(finished.Key);
        }

        long key = store.InstanceKeys.Take();
        long token = owner == 0 ? 0 : 1;
        store.Instances.Insert(key, owner, token, _instance, _id, _tags);
        store.History.Insert(key, 0, _firstTurn);
        if (_instance.StartAt is { } startAt)
        {
            store.Timers.Insert(new TimerKey(startAt, key, NewInstance.StartTimer));
        }

        return owner == 0 ? null : new InstanceLease(key, _instance.InstanceId, token);
    }
}
