namespace FuncExec.Ledger;

/// <summary>One watcher of a job; dispose of it when done. For one caller at a time.</summary>
public sealed class JobWatch : IDisposable
{
    private readonly JobSignals.Topic _topic;
    private Task _next;
    private bool _isDisposed;

    internal JobWatch(JobSignals.Topic topic)
    {
        _topic = topic;
        _next = topic.Next;
    }

    /// <summary>
    /// Waits until something was announced since the watch began or this last answered. Look at the ledger between:
    /// whatever was announced before the look is in it.
    /// </summary>
    /// <returns>False when nothing was announced within the time.</returns>
    public async Task<bool> WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await _next.WaitAsync(atMost, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return false;
        }

        _next = _topic.Next;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _topic.Leave();
        }
    }
}
