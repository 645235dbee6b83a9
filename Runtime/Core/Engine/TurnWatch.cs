using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Engine;

/// <summary>
/// Notices turns that take too long. .NET cannot stop a thread: the instance is failed, the thread is left behind and
/// counted, and past <see cref="MaxAbandoned"/> the node reports itself unready.
/// </summary>
internal sealed class TurnWatch : IDisposable
{
    /// <summary>How many threads may be lost to code that never yields before the node says that it needs a restart.</summary>
    public const int MaxAbandoned = 4;

    private readonly ConcurrentDictionary<int, RunningTurn> _running = new();
    private readonly EngineNode _node;
    private readonly ITimer _timer;
    private int _abandoned;

    public TurnWatch(EngineNode node)
    {
        _node = node;
        TimeSpan period = TimeSpan.FromMilliseconds(Math.Clamp(node.Options.TurnTimeout.TotalMilliseconds / 4, 25, 1000));
        _timer = TimeProvider.System.CreateTimer(static watch => ((TurnWatch)watch!).Check(), this, period, period);
    }

    /// <summary>Threads that never came back, as of now.</summary>
    public int Abandoned => Volatile.Read(ref _abandoned);

    public bool IsExhausted => Abandoned > MaxAbandoned;

    public RunningTurn Begin(Instance instance, bool onWorker)
    {
        var turn = new RunningTurn(instance, Stopwatch.GetTimestamp(), onWorker);
        _running[Environment.CurrentManagedThreadId] = turn;
        return turn;
    }

    /// <summary>Ends the watch; false when the turn had been given up.</summary>
    public bool End(RunningTurn turn)
    {
        _running.TryRemove(KeyValuePair.Create(Environment.CurrentManagedThreadId, turn));
        if (turn.TryEnd())
        {
            return true;
        }

        Interlocked.Decrement(ref _abandoned);
        return false;
    }

    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        foreach (RunningTurn turn in _running.Values)
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(turn.Started);
            if (elapsed > _node.Options.TurnTimeout && turn.TryAbandon())
            {
                Interlocked.Increment(ref _abandoned);
                _node.Log.TurnAbandoned(turn.Instance.Id, elapsed, Abandoned);
                turn.Instance.Abandon(
                    $"A turn of the orchestrator took longer than {_node.Options.TurnTimeout}: its code blocks or never yields. "
                    + "Move work into activities; the limit is the setting TurnTimeout.");
                if (turn.OnWorker)
                {
                    _node.Instances.Turns.ReplaceWorker();
                }
            }
        }
    }
}

/// <summary>A turn that is running: ended by its thread or abandoned by the watch, whichever is first.</summary>
internal sealed class RunningTurn(Instance instance, long started, bool onWorker)
{
    private int _state;

    public Instance Instance { get; } = instance;

    public long Started { get; } = started;

    public bool OnWorker { get; } = onWorker;

    public bool TryEnd() => Interlocked.CompareExchange(ref _state, 1, 0) == 0;

    public bool TryAbandon() => Interlocked.CompareExchange(ref _state, 2, 0) == 0;
}
