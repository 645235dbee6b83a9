using System.Collections.Concurrent;

namespace FuncExec.Runtime.Engine.Tests.Metrics;

/// <summary>A clock whose waits end when the test says so.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private readonly ConcurrentQueue<Wait> _pending = new();
    private readonly ConcurrentQueue<TimeSpan> _waits = new();

    /// <summary>How long each wait so far was to take.</summary>
    internal IReadOnlyCollection<TimeSpan> Waits => _waits;

    /// <summary>Ends the oldest wait.</summary>
    internal void Step()
    {
        Assert.True(_pending.TryDequeue(out Wait? wait));
        wait.End();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var wait = new Wait(() => callback(state));
        _pending.Enqueue(wait);
        _waits.Enqueue(dueTime);
        return wait;
    }

    private sealed class Wait(Action end) : ITimer
    {
        internal void End() => end();

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
