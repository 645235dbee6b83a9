using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>A message with its content encoded, ready to be stored.</summary>
internal sealed class PreparedMessage(OutgoingMessage message)
{
    internal string InstanceId { get; } = message.InstanceId;

    internal Guid? Generation { get; } = message.Generation;

    internal byte[] Content { get; } = StoredForms.Bytes(message.Content);

    internal PreparedInstance? IfAbsent { get; } = message.IfAbsent is { } instance ? new PreparedInstance(instance) : null;

    /// <summary>Adds it, with the instance that it may bring, and answers its place.</summary>
    internal int AddTo(CommitGroup group, int turn, int of = 0, bool isLimited = false)
    {
        if (IfAbsent is not null)
        {
            group.Instances.Add(IfAbsent, turn, owner: 0, isAbsent: true);
        }

        return group.Messages.Add(this, turn, of, isLimited);
    }
}
