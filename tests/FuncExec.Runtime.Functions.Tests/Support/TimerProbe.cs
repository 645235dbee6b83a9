using System.Threading.Channels;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Tests.Support;

/// <summary>What timer functions of a test do, and which calls they saw.</summary>
public sealed class TimerProbe
{
    private readonly Channel<TimerInfo> _calls = Channel.CreateUnbounded<TimerInfo>();
    private int _running;

    /// <summary>The most calls that ran at once.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Calls not waited for yet.</summary>
    public int Waiting => _calls.Reader.Count;

    /// <summary>What a call does.</summary>
    public Func<TimerInfo, CancellationToken, Task> Does { get; set; } = (_, _) => Task.CompletedTask;

    public async Task CalledAsync(TimerInfo timer, CancellationToken cancellationToken)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _running));
        _calls.Writer.TryWrite(timer);
        try
        {
            await Does(timer, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>Waits for the next call.</summary>
    public async Task<TimerInfo> NextAsync() => await _calls.Reader.ReadAsync().AsTask().WaitAsync(TestApp.Patience);
}
