using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using FuncExec.Runtime.PostgresStore.Writing;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>An activity's completion becomes a message to its instance.</summary>
internal sealed class CompleteActivity(ActivityLease lease, ReadOnlyMemory<byte> completion) : GroupedCall<CompleteActivityOutcome>, ICommitCall
{
    private readonly byte[] _completion = StoredForms.Bytes(completion);
    private int _place;

    /// <summary>The session that held the activity, once it is recorded.</summary>
    internal long Session { get; private set; }

    /// <summary>The instance that has the message; null when nobody waited for it.</summary>
    internal string? InstanceId { get; private set; }

    internal override long Weight => 256 + _completion.Length;

    public void AddTo(CommitGroup group) => _place = group.Completions.Add(lease, _completion);

    public void Decide(CommitAnswer answer)
    {
        (Session, InstanceId) = answer.TargetOf(_place);
        Decide(answer.CompletionOf(_place));
    }
}
