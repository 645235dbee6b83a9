namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>Ends calls that run longer than <c>functionTimeout</c>: their token is cancelled, and the caller waits no longer.</summary>
internal sealed class TimeLimit(TimeSpan? limit, TimeProvider time)
{
    /// <summary>Runs a call under the limit.</summary>
    /// <exception cref="FunctionTimedOutException">It ran longer.</exception>
    public async Task RunAsync(string function, Func<CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        if (limit is not { } most)
        {
            await call(cancellationToken).ConfigureAwait(false);
            return;
        }

        using CancellationTokenSource timeout = new(most, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await call(both.Token).WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new FunctionTimedOutException(function, most);
        }
    }
}
