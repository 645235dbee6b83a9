namespace FuncExec.ExecutorPlugins.Processes.Streams;

/// <summary>Why a command that runs may have to end: its time, the caller, or an output that takes no more.</summary>
internal sealed class StopReasons : IDisposable
{
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _broken = new();
    private readonly CancellationTokenSource _any;

    /// <summary>Starts the command's time.</summary>
    public StopReasons(TimeSpan? timeout, TimeProvider time, CancellationToken caller)
    {
        _caller = caller;
        _timeout = new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, time);
        _any = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token, _broken.Token, caller);
    }

    /// <summary>Any of them.</summary>
    public CancellationToken Token => _any.Token;

    /// <summary>The outcome that they make.</summary>
    public ProcessOutcome Outcome => _caller.IsCancellationRequested || !_timeout.IsCancellationRequested
        ? new ProcessOutcome.Cancelled()
        : new ProcessOutcome.TimedOut();

    /// <summary>Has the reading of a stream that fails end the command: it would hang at a full pipe for ever.</summary>
    public Task EndWhenBroken(Task reading)
    {
        _ = reading.ContinueWith(_ => _broken.CancelAsync(), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return reading;
    }

    public void Dispose()
    {
        _any.Dispose();
        _timeout.Dispose();
        _broken.Dispose();
    }
}
