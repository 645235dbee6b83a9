using FuncExec.Runtime.Functions.Invocation;
using FuncExec.Runtime.Hubs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Functions.Timers;

/// <summary>Runs an app's timer functions from its start to its stop.</summary>
internal sealed partial class TimerHost(
    IServiceProvider services, FunctionExecutionDelegate pipeline, TimeLimit limit, ITimerJournal journal, TimeProvider time, ILogger log)
    : IDisposable
{
    // As long as a stopping engine waits by default; a host that is told to end sooner ends sooner.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Begins.</summary>
    public void Start(IReadOnlyList<TimerFunction> timers)
    {
        CancellationToken stop = _stop.Token;
        _running = Task.WhenAll(timers.Select(timer =>
            Task.Run(() => new TimerLoop(timer, CallOf(timer), journal, time, log).RunAsync(stop), CancellationToken.None)));
    }

    /// <summary>Calls nothing more, and cancels what runs.</summary>
    public void Cancel()
    {
        try
        {
            _stop.Cancel();
        }
        catch (AggregateException exception) // Callbacks on the token are the author's.
        {
            CancellingFailed(log, exception);
        }
    }

    /// <summary>Waits for what runs, after <see cref="Cancel"/>; not for ever.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _running.WaitAsync(_patience, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            StillRunning(log);
        }
    }

    public void Dispose() => _stop.Dispose();

    private TimerCall CallOf(TimerFunction timer) => async (info, cancellationToken) =>
    {
        Task running = Task.CompletedTask;
        try
        {
            await limit.RunAsync(timer.Name, token => running = CallAsync(timer, info, token), cancellationToken).ConfigureAwait(false);
        }
        catch (FunctionTimedOutException)
        {
            // It was told to end, and must not be called again before it has.
            await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    };

    private async Task CallAsync(TimerFunction timer, TimerInfo info, CancellationToken cancellationToken)
    {
        TimerInvocation call = new(timer.Function, services, info, cancellationToken);
        await using (call.ConfigureAwait(false))
        {
            await pipeline(call).ConfigureAwait(false);
        }
    }

    [LoggerMessage(2211, LogLevel.Warning, "A timer function ignores its CancellationToken and still runs; the app stops without it.")]
    private static partial void StillRunning(ILogger log);

    [LoggerMessage(2212, LogLevel.Error, "A timer function's callback on its CancellationToken failed.")]
    private static partial void CancellingFailed(ILogger log, Exception exception);
}
