namespace FuncExec.Runtime.PostgresStore.Writing;

/// <summary>One call that may write, as the group that it goes into sees it.</summary>
internal abstract class GroupedCall
{
    /// <summary>About how many bytes it carries; bounds a group.</summary>
    internal virtual long Weight => 256;

    /// <summary>Answers whoever waits: what was decided, or the error.</summary>
    internal abstract void Answer(Exception? error);
}

/// <summary>A call with an answer.</summary>
internal abstract class GroupedCall<T> : GroupedCall
{
    private readonly TaskCompletionSource<T> _waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    internal Task<T> Task => _waiter.Task;

    /// <summary>What was decided; nobody sees it before the group's commit is durable. A group that runs again decides again.</summary>
    internal void Decide(T result) => _result = result;

    internal override void Answer(Exception? error)
    {
        if (error is null)
        {
            _waiter.TrySetResult(_result!);
        }
        else
        {
            _waiter.TrySetException(error);
        }
    }
}
