using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.SqliteFiles.Writing;

namespace FuncExec.Runtime.Sqlite.Writing.Operations;

/// <summary>A client sends a message.</summary>
internal sealed class SendMessage(OutgoingMessage message) : WriteOperation<Store, SendOutcome>
{
    /// <summary>The unread messages that one instance may have before clients are refused.</summary>
    internal const int InboxLimit = 100_000;

    private readonly PreparedMessage _message = new(message);

    internal override long Weight => 256 + message.Content.Length;

    internal override Verdict Run(Store store)
    {
        Result = Send(store);
        return Verdict.Keep;
    }

    internal override void Committed(Store store)
    {
        if (store.Signals.AreHeard && Result is SendOutcome.Stored stored)
        {
            store.Signals.Tell(0, listener => listener.InstanceReady(message.InstanceId, stored.OwnerSession ?? 0));
        }
    }

    private SendOutcome Send(Store store)
    {
        if (_message.FindTarget(store) is not { } target
            || (message.Generation is { } only && only != target.Generation))
        {
            return new SendOutcome.NotFound();
        }

        if (target.Status.IsFinished())
        {
            return new SendOutcome.Finished(target.Status);
        }

        if (store.Inbox.Count(target.Key) >= InboxLimit)
        {
            return new SendOutcome.InboxFull(InboxLimit);
        }

        MessageReceipt receipt = store.Deliver(target, message.Generation, _message.Content, session: 0);
        return new SendOutcome.Stored(receipt.MessageId, store.Sessions.IsLive(target.Owner) ? target.Owner : null);
    }
}
