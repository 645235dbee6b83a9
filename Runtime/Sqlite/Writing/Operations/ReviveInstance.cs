using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Sqlite.Tables;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Writing;

namespace FuncExec.Runtime.Sqlite.Writing.Operations;

/// <summary>A finished instance goes on.</summary>
internal sealed class ReviveInstance(Revival revival) : WriteOperation<Store, ReviveOutcome>
{
    private readonly KeyValuePair<long, StoredBytes>[] _turns =
        [.. revival.ChangedTurns.Select(static turn => KeyValuePair.Create(turn.Key, StoredBytes.Of(turn.Value)))];

    private readonly StoredBytes[] _messages = [.. revival.Messages.Select(static message => StoredBytes.Of(message))];
    private readonly StoredText[] _inputs = [.. revival.Activities.Select(static activity => StoredText.Of(activity.Input))];

    internal override long Weight => 512
        + revival.ChangedTurns.Values.Sum(static turn => (long)turn.Length)
        + revival.Messages.Sum(static message => (long)message.Length)
        + revival.Activities.Sum(static activity => 128L + (activity.Input?.Length ?? 0));

    internal override Verdict Run(Store store)
    {
        Result = Revive(store);
        return Verdict.Keep;
    }

    internal override void Committed(Store store)
    {
        if (!store.Signals.AreHeard || Result != ReviveOutcome.Revived)
        {
            return;
        }

        string id = store.Instances.ReadRecord(revival.InstanceKey).InstanceId;
        store.Signals.Tell(0, listener => listener.InstanceReady(id, 0));
        store.Signals.Tell(0, listener => listener.InstanceChanged(id));
        foreach ((string name, LabelSet runsOn) in revival.Activities.Select(static activity => (activity.Name, activity.RunsOn)).Distinct())
        {
            store.Signals.Tell(0, listener => listener.ActivitiesWaiting(name, runsOn));
        }
    }

    private ReviveOutcome Revive(Store store)
    {
        long key = revival.InstanceKey;
        if (store.Instances.Find(key) is not { } instance || !instance.Status.IsFinished()
            || instance.Version != revival.ExpectedVersion || store.Instances.ReadRecord(key) is not { } record
            || record.UpdatedAt != revival.ExpectedUpdatedAt)
        {
            return ReviveOutcome.Changed;
        }

        store.History.Cut(key, revival.Version);
        foreach ((long number, StoredBytes turn) in _turns)
        {
            store.History.Replace(key, number, turn);
        }

        foreach (TimerKey timer in revival.Timers)
        {
            store.Timers.Insert(timer);
        }

        for (int i = 0; i < _inputs.Length; i++)
        {
            store.Activities.Insert(
                store.ActivitySequences.Take(), 0, key, instance.Generation, revival.Activities[i], _inputs[i], store.Now);
        }

        foreach (StoredBytes message in _messages)
        {
            store.Inbox.Insert(key, store.MessageIds.Take(), null, message);
        }

        InstanceState after = instance with { Version = revival.Version, Status = revival.Status, Owner = 0 };
        store.Instances.Update(after, revival.At, new InstanceEnd(StoredText.Of(record.CustomStatus), StoredText.Of(null), StoredText.Of(null)));
        return ReviveOutcome.Revived;
    }
}
