using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Tasks;

/// <summary>Why a task that runs is ended from outside.</summary>
internal enum StopReason
{
    /// <summary>Nobody has.</summary>
    None,

    /// <summary>Its job ends.</summary>
    Job,

    /// <summary>The node has not renewed its life in time.</summary>
    NodeDead,
}

/// <summary>One call that is about a task.</summary>
public sealed class RunningTask : IDisposable
{
    private readonly RunningTasks _owner;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _lose = new();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private bool _isDisposed;

    internal RunningTask(RunningTasks owner, TaskKey key)
    {
        _owner = owner;
        Key = key;
        Stopped = _stop.Token;
        Lost = _lose.Token;
    }

    /// <summary>The task.</summary>
    public TaskKey Key { get; }

    /// <summary>Cancelled when it is to end.</summary>
    public CancellationToken Stopped { get; }

    /// <summary>Cancelled when others may be about it by now: it is to end at once, without a grace.</summary>
    public CancellationToken Lost { get; }

    internal StopReason Reason { get; private set; }

    /// <summary>Whether its executor was called: from then on nobody knows what it has done.</summary>
    internal bool HasBegun { get; set; }

    internal Task Left => _left.Task;

    /// <inheritdoc/>
    public void Dispose()
    {
        _owner.Leave(this);
        lock (_gate)
        {
            _isDisposed = true;
        }

        _left.TrySetResult();
        _stop.Dispose();
        _lose.Dispose();
    }

    /// <summary>Ends it. The first reason stands; what is about to end for another one ends at once when the node is dead.</summary>
    internal void Stop(StopReason reason)
    {
        lock (_gate)
        {
            if (_isDisposed || (Reason is not StopReason.None && reason is not StopReason.NodeDead))
            {
                return;
            }

            Reason = Reason is StopReason.None ? reason : Reason;
        }

        try
        {
            if (reason is StopReason.NodeDead)
            {
                _lose.Cancel();
            }

            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It left between the two: there is nothing to end.
        }
    }
}
