namespace FuncExec.Runtime.SqliteFiles.Writing;

/// <summary>What is to become of what an operation wrote.</summary>
internal enum Verdict
{
    /// <summary>It belongs to the transaction (or nothing was written).</summary>
    Keep = 1,

    /// <summary>The operation was refused after it had written something: undo it, the answer stands.</summary>
    Undo = 2,
}

/// <summary>One call that may write, as the queue sees it.</summary>
internal abstract class WriteOperation<TStore>
{
    /// <summary>About how many bytes it writes; bounds a batch.</summary>
    internal virtual long Weight => 256;

    /// <summary>Why it failed, or null.</summary>
    internal Exception? Error { get; set; }

    /// <summary>
    /// Decides and writes within the leader's transaction. It may run again from the start when the transaction was
    /// rolled back, so it changes nothing outside of it.
    /// </summary>
    internal abstract Verdict Run(TStore store);

    /// <summary>The transaction is durable: what is kept in memory may follow.</summary>
    internal virtual void Committed(TStore store)
    {
    }

    /// <summary>Answers whoever waits.</summary>
    internal abstract void Answer();
}

/// <summary>An operation with an answer.</summary>
internal abstract class WriteOperation<TStore, T> : WriteOperation<TStore>
{
    private TaskCompletionSource<T>? _waiter;

    /// <summary>The answer, set by <see cref="WriteOperation{TStore}.Run"/>.</summary>
    protected T? Result { get; set; }

    /// <summary>Makes it answer a waiter; else the caller takes the answer himself.</summary>
    internal Task<T> Wait()
    {
        _waiter = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _waiter.Task;
    }

    /// <summary>The answer of an operation that has run.</summary>
    internal T Take() => Error is null ? Result! : throw Error;

    internal override void Answer()
    {
        if (Error is null)
        {
            _waiter?.SetResult(Result!);
        }
        else
        {
            _waiter?.SetException(Error);
        }
    }
}
