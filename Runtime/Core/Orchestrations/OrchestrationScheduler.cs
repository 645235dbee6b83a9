using System.Runtime.CompilerServices;

namespace FuncExec.Runtime.Orchestrations;

/// <summary>
/// Runs an orchestration's continuations on the thread of its turn, in the order in which they become ready (depth
/// first, as the official runtime does). A continuation that comes from another thread or between turns means that the
/// code awaited something that is not durable: it is never run, and reported.
/// </summary>
internal sealed class OrchestrationScheduler(Action onForeign) : TaskScheduler
{
    private readonly Queue<Task> _deferred = new();
    private int _turnThread;

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>True on the thread of the turn that runs now.</summary>
    public bool IsOnTurn => Volatile.Read(ref _turnThread) == Environment.CurrentManagedThreadId;

    /// <summary>
    /// Runs a turn on this thread, as a task of this scheduler: only then is it the current one for the author's code, so
    /// that a continuation which was told to go elsewhere does.
    /// </summary>
    public void RunTurn(Action turn)
    {
        var task = new Task(turn);
        Volatile.Write(ref _turnThread, Environment.CurrentManagedThreadId);
        try
        {
            task.RunSynchronously(this);
        }
        finally
        {
            Volatile.Write(ref _turnThread, 0); // What becomes ready from now on is foreign.
        }

        task.GetAwaiter().GetResult();
    }

    /// <summary>Runs what was put off because the stack had grown too deep.</summary>
    public void RunDeferred()
    {
        while (_deferred.TryDequeue(out Task? task))
        {
            TryExecuteTask(task);
        }
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        if (!IsOnTurn)
        {
            onForeign();
        }
        else if (RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            TryExecuteTask(task);
        }
        else
        {
            _deferred.Enqueue(task);
        }
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => IsOnTurn && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
