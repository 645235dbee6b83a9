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

    // Whom to tell: the instance, and the session that ran the activity.
    private string? _target;
    private long _session;

    internal override long Weight => 256 + completion.Length;

    internal override Verdict Run(Store store)
    {
        Result = Complete(store);
        return Verdict.Keep;
    }

    internal override void Committed(Store store)
    {
        if (_target is { } target && Result is CompleteActivityOutcome.Recorded { Receipt: var receipt })
        {
            // Where nobody holds it, the node that ran the activity takes it, unless it is one that runs no turns.
            store.Signals.Tell(_session, listener => listener.InstanceReady(target, receipt.Owner));
        }
    }

    private CompleteActivityOutcome Complete(Store store)
    {
        _target = null;
        if (store.Activities.Find(lease.Sequence) is not { } activity
            || activity.Leases != lease.Token || !store.Sessions.IsLive(activity.Owner))
        {
            return new CompleteActivityOutcome.LeaseLost();
        }

        store.Activities.Delete(lease.Sequence);
        InstanceState? target = store.Instances.Find(activity.InstanceKey);
        MessageReceipt receipt = store.Deliver(target, activity.Generation, _completion, activity.Owner);
        _session = activity.Owner;
        _target = receipt.Delivery != Delivery.Dropped && store.Signals.AreHeard ? store.Instances.ReadRecord(activity.InstanceKey).InstanceId : null;
        return new CompleteActivityOutcome.Recorded(receipt);
    }
}
