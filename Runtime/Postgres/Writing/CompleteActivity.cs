using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using FuncExec.Runtime.PostgresStore.Writing;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>An activity's completion becomes a message to its instance.</summary>
internal sealed class CompleteActivity(ActivityLease lease, ReadOnlyMemory<byte> completion) : GroupedCall<CompleteActivityOutcome>, ICommitCall
{
    private readonly byte[] _completion = StoredForms.Bytes(completion);
    private int _place;

    internal override long Weight => 256 + _completion.Length;

    public void AddTo(CommitGroup group) => _place = group.Completions.Add(lease, _completion);

    public void Decide(CommitAnswer answer) => Decide(answer.CompletionOf(_place));
}
