using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.SqliteFiles.Writing;

namespace FuncExec.Runtime.Sqlite.Writing.Operations;

/// <summary>A session gives an instance back.</summary>
internal sealed class ReleaseInstance(string instanceId, long session) : WriteOperation<Store, bool>
{
    private readonly StoredText _id = StoredText.Of(instanceId);

    internal override Verdict Run(Store store)
    {
        Result = false;
        if (store.Instances.Find(_id) is { } instance && instance.Owner == session && !instance.Status.IsFinished())
        {
            store.Instances.Lease(instance.Key, owner: 0, instance.Token);
            Result = true;
        }

        return Verdict.Keep;
    }

    internal override void Committed(Store store)
    {
        if (store.Signals.AreHeard && Result)
        {
            store.Signals.Tell(session, listener => listener.InstanceReady(instanceId, 0));
        }
    }
}
