using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Writing;

namespace FuncExec.Runtime.Sqlite.Writing.Operations;

/// <summary>A session takes an instance.</summary>
internal sealed class LeaseInstance(string instanceId, long session) : WriteOperation<Store, LeaseInstanceOutcome>
{
    private readonly StoredText _id = StoredText.Of(instanceId);

    internal override Verdict Run(Store store)
    {
        Result = Lease(store);
        return Verdict.Keep;
    }

    private LeaseInstanceOutcome Lease(Store store)
    {
        if (store.Instances.Find(_id) is not { } instance || instance.Status.IsFinished())
        {
            return new LeaseInstanceOutcome.Gone();
        }

        bool isHeld = store.Sessions.IsLive(instance.Owner);
        if (isHeld && instance.Owner != session)
        {
            return new LeaseInstanceOutcome.HeldBy(instance.Owner);
        }

        if (!store.Sessions.IsLive(session))
        {
            // A session that has ended gets nothing, not even what nobody holds.
            return new LeaseInstanceOutcome.HeldBy(0);
        }

        long token = instance.Token;
        if (!isHeld)
        {
            token++;
            store.Instances.Lease(instance.Key, session, token);
        }

        return new LeaseInstanceOutcome.Leased(new LeasedInstance(
            new InstanceLease(instance.Key, instanceId, token),
            store.Instances.ReadRecord(instance.Key),
            store.Inbox.Read(instance.Key)));
    }
}
