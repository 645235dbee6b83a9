using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.PostgresStore.Writing;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>A client sends a message.</summary>
internal sealed class SendMessage(OutgoingMessage message) : GroupedCall<SendOutcome>, ICommitCall
{
    private readonly PreparedMessage _message = new(message);
    private int _place;

    internal override long Weight => 256 + _message.Content.Length + (_message.IfAbsent?.FirstTurn.Length ?? 0);

    public void AddTo(CommitGroup group) => _place = _message.AddTo(group, turn: 0, isLimited: true);

    public void Decide(CommitAnswer answer) => Decide(answer.SendOutcomeOf(_place));
}
