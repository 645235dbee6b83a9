using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.PostgresStore.Writing;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>Commits one turn.</summary>
internal sealed class CommitTurn(PreparedTurn turn) : GroupedCall<CommitOutcome>, ICommitCall
{
    private readonly TurnCommit _commit = turn.Commit;
    private int _place;
    private int _firstConsumed;
    private int _firstCompleted;
    private int _firstActivity;
    private int[] _children = [];
    private int[] _notices = [];
    private int[] _messages = [];

    internal override long Weight => turn.Weight;

    public void AddTo(CommitGroup group)
    {
        _firstConsumed = group.Turns.Consumed + 1;
        _firstCompleted = group.Turns.Completed + 1;
        _firstActivity = group.Activities.Count + 1;
        group.AddSession(_commit.Session);
        _place = group.Turns.Add(turn);
        for (int i = 0; i < turn.Activities.Length; i++)
        {
            group.Activities.Add(_place, i < _commit.LeaseActivities, turn.Activities[i]);
        }

        // A turn that finishes its own instance still uses that instance's id.
        _children = [.. turn.Children.Select(child => group.Instances.Add(
            child, _place, _commit.LeaseChildren ? _commit.Session : 0, isBarred: child.Instance.InstanceId == _commit.Lease.InstanceId))];
        _notices = [.. turn.Children.Select((child, at) => child.WhenInUse?.AddTo(group, _place, of: _children[at]) ?? 0)];
        _messages = [.. turn.Messages.Select(message => message.AddTo(group, _place))];
    }

    public void Decide(CommitAnswer answer) => Decide(answer.OutcomeOf(_place) switch
    {
        TurnOutcome.Committed => Committed(answer),
        TurnOutcome.LeaseLost => new CommitOutcome.LeaseLost(),
        TurnOutcome.VersionConflict => new CommitOutcome.VersionConflict(answer.VersionOf(_place)),
        TurnOutcome.StaleInput => new CommitOutcome.StaleInput(
            [.. _commit.ConsumedMessages.Where((_, at) => answer.IsStaleMessage(_firstConsumed + at))],
            [.. turn.Completed.Where((_, at) => answer.IsStaleActivity(_firstCompleted + at))]),
        _ => throw new System.Diagnostics.UnreachableException(),
    });

    private CommitOutcome.Committed Committed(CommitAnswer answer) => new(
        answer.VersionOf(_place),
        turn.Activities.Length == 0 ? [] : [.. turn.Activities.Select((_, at) => new ActivityReceipt(
            new ActivityLease(answer.SequenceOf(_firstActivity + at), at < _commit.LeaseActivities ? 1 : 0)))],
        _messages.Length == 0 ? [] : [.. _messages.Select(message => answer.ReceiptOf(message, _commit.Session))],
        _children.Length == 0 ? [] : [.. _children.Select((child, at) => Receipt(answer, child, at))]);

    private ChildReceipt Receipt(CommitAnswer answer, int child, int at)
    {
        if (answer.KeyOf(child) is 0)
        {
            return new ChildReceipt(null, _notices[at] == 0 ? default : answer.ReceiptOf(_notices[at], _commit.Session));
        }

        return new ChildReceipt(
            _commit.LeaseChildren ? new InstanceLease(answer.KeyOf(child), turn.Children[at].Instance.InstanceId, 1) : null, default);
    }
}
