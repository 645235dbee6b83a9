using System.Runtime.CompilerServices;

namespace FuncExec.Runtime.Orchestrations;

/// <summary>
/// Runs an orchestration's continuations on the thread of its turn, in the order in which they become ready (depth
/// first, as the official runtime does). A continuation that comes from another thread or between turns means that the
/// code awaited something that is not durable: it is never run, and reported.
/// </summary>
internal sealed class OrchestrationScheduler(Action<Exception?> onForeign) : TaskScheduler
{
    private readonly Queue<Task> _deferred = new();
    private int _turnThread;

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>True on the thread of the turn that runs now.</summary>
    public bool IsOnTurn => Volatile.Read(ref _turnThread) == Environment.CurrentManagedThreadId;

    /// <summary>Runs a piece of a turn on this thread.</summary>
    public void Enter() => Volatile.Write(ref _turnThread, Environment.CurrentManagedThreadId);

    /// <summary>Ends it: what becomes ready from now on is foreign.</summary>
    public void Leave() => Volatile.Write(ref _turnThread, 0);

    /// <summary>Reports an orchestrator that ended outside of a turn.</summary>
    public void ReportIfForeign(Task main)
    {
        if (!IsOnTurn)
        {
            onForeign(main.Exception?.InnerException);
        }
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
            onForeign(null);
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
