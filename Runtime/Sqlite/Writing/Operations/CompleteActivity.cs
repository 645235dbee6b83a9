using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Sqlite.Tables;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Writing;

namespace FuncExec.Runtime.Sqlite.Writing.Operations;

/// <summary>An activity's completion becomes a message to its instance.</summary>
internal sealed class CompleteActivity(ActivityLease lease, ReadOnlyMemory<byte> completion)
    : WriteOperation<Store, CompleteActivityOutcome>
{
    private readonly StoredBytes _completion = StoredBytes.Of(completion);

    internal override long Weight => 256 + completion.Length;

    internal override Verdict Run(Store store)
    {
        Result = Complete(store);
        return Verdict.Keep;
    }

    private CompleteActivityOutcome Complete(Store store)
    {
        if (store.Activities.Find(lease.Sequence) is not { } activity
            || activity.Leases != lease.Token || !store.Sessions.IsLive(activity.Owner))
        {
            return new CompleteActivityOutcome.LeaseLost();
        }

        store.Activities.Delete(lease.Sequence);
        InstanceState? target = store.Instances.Find(activity.InstanceKey);
        return new CompleteActivityOutcome.Recorded(
            store.Deliver(target, activity.Generation, _completion, activity.Owner));
    }
}
