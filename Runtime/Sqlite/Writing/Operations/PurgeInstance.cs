using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Sqlite.Tables;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Writing;

namespace FuncExec.Runtime.Sqlite.Writing.Operations;

/// <summary>Deletes a finished instance, or an idle one of a given version.</summary>
internal sealed class PurgeInstance(string instanceId, long? idleVersion = null) : WriteOperation<Store, PurgeOutcome>
{
    private readonly StoredText _id = StoredText.Of(instanceId);

    internal override Verdict Run(Store store)
    {
        if (store.Instances.Find(_id) is not { } instance)
        {
            Result = PurgeOutcome.NotFound;
        }
        else if (!instance.Status.IsFinished() && !IsIdle(store, instance))
        {
            Result = PurgeOutcome.NotFinished;
        }
        else
        {
            store.Remove(instance.Key);
            Result = PurgeOutcome.Purged;
        }

        return Verdict.Keep;
    }

    internal override void Committed(Store store)
    {
        if (store.Signals.AreHeard && Result == PurgeOutcome.Purged)
        {
            store.Signals.Tell(0, listener => listener.InstanceChanged(instanceId));
        }
    }

    private bool IsIdle(Store store, InstanceState instance) =>
        instance.Version == idleVersion && store.Inbox.Count(instance.Key) == 0 && !store.Timers.Any(instance.Key);
}
