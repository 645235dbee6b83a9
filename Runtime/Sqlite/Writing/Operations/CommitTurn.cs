using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Sqlite.Tables;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Writing;

namespace FuncExec.Runtime.Sqlite.Writing.Operations;

/// <summary>Commits one turn. What can refuse it comes first, as far as that needs no writing.</summary>
internal sealed class CommitTurn(TurnCommit commit) : WriteOperation<Store, CommitOutcome>
{
    private readonly PreparedTurn _prepared = new(commit);

    internal override long Weight => _prepared.Weight;

    internal override Verdict Run(Store store)
    {
        if (store.Instances.Find(commit.Lease.InstanceKey) is not { } instance || !IsLeased(store, instance))
        {
            Result = new CommitOutcome.LeaseLost();
            return Verdict.Keep;
        }

        if (instance.Version != commit.ExpectedVersion || instance.Generation != commit.Generation)
        {
            Result = new CommitOutcome.VersionConflict(instance.Version);
            return Verdict.Keep;
        }

        if (!TryConsume(store, out CommitOutcome.StaleInput? stale))
        {
            Result = stale;
            return Verdict.Undo;
        }

        InstanceState after = UpdateInstance(store, instance);
        UpdateTimers(store, after);
        ActivityReceipt[] activities = InsertActivities(store, after.Key);

        // Children before messages: a turn may start a child and write to it.
        ChildReceipt[] children = CreateChildren(store);
        MessageReceipt[] messages = SendMessages(store);
        Result = new CommitOutcome.Committed(after.Version, activities, messages, children);
        return Verdict.Keep;
    }

    internal override void Committed(Store store)
    {
        if (!store.Signals.AreHeard || Result is not CommitOutcome.Committed committed)
        {
            return;
        }

        for (int i = 0; i < committed.Messages.Count; i++)
        {
            if (committed.Messages[i] is { Delivery: Delivery.Elsewhere, Owner: var owner })
            {
                string target = commit.Messages[i].InstanceId;
                store.Signals.Tell(commit.Session, listener => listener.InstanceReady(target, owner));
            }
        }

        foreach ((string name, LabelSet runsOn) in commit.NewActivities.Where((_, i) => !committed.Activities[i].Leased)
            .Select(static activity => (activity.Name, activity.RunsOn)).Distinct())
        {
            store.Signals.Tell(commit.Session, listener => listener.ActivitiesWaiting(name, runsOn));
        }

        if (commit.ExpectedVersion == 1 || commit.Status is not InstanceStatus.Running)
        {
            store.Signals.Tell(commit.Session, listener => listener.InstanceChanged(commit.Lease.InstanceId));
        }
    }

    private bool IsLeased(Store store, InstanceState instance) =>
        instance.Owner == commit.Session && instance.Token == commit.Lease.Token && !instance.Status.IsFinished()
        && store.Sessions.IsLive(commit.Session);

    private bool TryConsume(Store store, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out CommitOutcome.StaleInput? stale)
    {
        List<long>? messages = null;
        List<ActivityLease>? activities = null;
        foreach (long message in commit.ConsumedMessages)
        {
            if (!store.Inbox.Delete(commit.Lease.InstanceKey, message))
            {
                (messages ??= []).Add(message);
            }
        }

        foreach (ActivityLease activity in commit.CompletedActivities)
        {
            if (!store.Activities.Complete(activity, commit.Session))
            {
                (activities ??= []).Add(activity);
            }
        }

        stale = messages is null && activities is null ? null : new CommitOutcome.StaleInput(messages ?? [], activities ?? []);
        return stale is null;
    }

    private InstanceState UpdateInstance(Store store, InstanceState before)
    {
        long key = before.Key;
        if (commit.Next is { } next)
        {
            store.History.Clear(key);
            store.Timers.Clear(key);
            store.Inbox.ClearGenerations(key);
            store.History.Insert(key, 0, _prepared.FirstTurn);
            var first = before with { Version = 1, Status = commit.Status, Generation = next.Generation };
            store.Instances.Update(first, commit.At, _prepared.End);
            return first;
        }

        if (commit.ReplacesHistory)
        {
            store.History.Clear(key);
        }

        store.History.Insert(key, before.Version, _prepared.Turn);
        InstanceState after = before with { Version = before.Version + 1, Status = commit.Status };
        if (after.Status == before.Status)
        {
            store.Instances.Append(key, after.Version, commit.At, _prepared.End.CustomStatus);
            return after;
        }

        if (after.Status.IsFinished())
        {
            after = after with { Owner = 0 };
            store.Timers.Clear(key);
            store.Inbox.Clear(key);
        }

        store.Instances.Update(after, commit.At, _prepared.End);
        return after;
    }

    private void UpdateTimers(Store store, InstanceState after)
    {
        foreach (TimerKey timer in commit.RemovedTimers)
        {
            store.Timers.Delete(timer);
        }

        if (after.Status.IsFinished())
        {
            return;
        }

        foreach (TimerKey timer in commit.NewTimers)
        {
            store.Timers.Insert(timer);
        }
    }

    private ActivityReceipt[] InsertActivities(Store store, long key)
    {
        IReadOnlyList<NewActivity> activities = commit.NewActivities;
        if (activities.Count == 0)
        {
            return [];
        }

        var receipts = new ActivityReceipt[activities.Count];
        DateTimeOffset now = store.Now;
        for (int i = 0; i < receipts.Length; i++)
        {
            bool isLeased = i < commit.LeaseActivities;
            long sequence = store.ActivitySequences.Take();
            store.Activities.Insert(
                sequence, isLeased ? commit.Session : 0, key, commit.Generation, activities[i], _prepared.Input(i), now);
            receipts[i] = new ActivityReceipt(new ActivityLease(sequence, isLeased ? 1 : 0));
        }

        return receipts;
    }

    private ChildReceipt[] CreateChildren(Store store)
    {
        PreparedInstance[] children = _prepared.Children;
        var receipts = children.Length == 0 ? [] : new ChildReceipt[children.Length];
        for (int i = 0; i < receipts.Length; i++)
        {
            // A turn that finishes its own instance still uses that instance's id.
            bool isInUse = children[i].InstanceId == commit.Lease.InstanceId || children[i].FindUser(store) is not null;
            receipts[i] = isInUse
                ? new ChildReceipt(null, children[i].WhenInUse?.Deliver(store, commit.Session) ?? default)
                : new ChildReceipt(children[i].Insert(store, commit.LeaseChildren ? commit.Session : 0), default);
        }

        return receipts;
    }

    private MessageReceipt[] SendMessages(Store store)
    {
        PreparedMessage[] messages = _prepared.Messages;
        var receipts = messages.Length == 0 ? [] : new MessageReceipt[messages.Length];
        for (int i = 0; i < receipts.Length; i++)
        {
            receipts[i] = messages[i].Deliver(store, commit.Session);
        }

        return receipts;
    }
}
