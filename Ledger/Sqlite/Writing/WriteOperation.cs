namespace FuncExec.Ledger.Sqlite.Writing;

/// <summary>One call on the ledger that may write, as the queue sees it.</summary>
internal abstract class WriteOperation
{
    /// <summary>About how many bytes it writes; bounds a batch.</summary>
    internal long Weight { get; init; } = 512;

    /// <summary>Why it failed, or null.</summary>
    internal Exception? Error { get; set; }

    /// <summary>
    /// Decides and writes within the leader's transaction. It may run again from the start when the transaction was
    /// rolled back, so it changes nothing outside of it.
    /// </summary>
    internal abstract void Run(LedgerStore store);

    /// <summary>Answers whoever waits.</summary>
    internal abstract void Answer();
}

/// <summary>An operation with an answer.</summary>
internal sealed class WriteOperation<T>(Func<LedgerStore, T> run) : WriteOperation
{
    private TaskCompletionSource<T>? _waiter;
    private T? _result;

    internal override void Run(LedgerStore store) => _result = run(store);

    /// <summary>Makes it answer a waiter; else the caller takes the answer himself.</summary>
    internal Task<T> Wait()
    {
        _waiter = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _waiter.Task;
    }

    /// <summary>The answer of an operation that has run.</summary>
    internal T Take() => Error is null ? _result! : throw Error;

    internal override void Answer()
    {
        if (Error is null)
        {
            _waiter?.SetResult(_result!);
        }
        else
        {
            _waiter?.SetException(Error);
        }
    }
}
