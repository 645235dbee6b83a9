using FuncExec.Runtime.Hubs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Functions.Timers;

/// <summary>
/// Calls one timer function, never twice at once: what comes due while it runs is skipped. An occurrence that was missed
/// while the app was down is made up for once. Where nodes share the journal, the one that fired last goes on to do so as long as it
/// takes the occurrences in time: it takes those too that it skips, and the others ask a little later.
/// </summary>
internal sealed partial class TimerLoop(TimerFunction timer, TimerCall call, ITimerJournal journal, TimeProvider time, ILogger log)
{
    /// <summary>The longest sleep: a clock that was set is noticed by then.</summary>
    private static readonly TimeSpan _longestSleep = TimeSpan.FromSeconds(1);

    // A clock that is being slewed goes back by less; taking that for a clock that was set would fire twice.
    private static readonly TimeSpan _tolerance = TimeSpan.FromSeconds(1);

    /// <summary>How long the others leave an occurrence to the node that had the last one.</summary>
    private static readonly TimeSpan _deference = TimeSpan.FromMilliseconds(500);

    /// <summary>How long what a call did may be kept after the stop: a stop does not wait long for a journal that does not answer.</summary>
    private static readonly TimeSpan _lastWords = TimeSpan.FromSeconds(5);

    private TimerRecord? _record;
    private bool _firedLast;
    private DateTimeOffset _next;

    /// <summary>Runs until it is told to stop. Never throws.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await BeginAsync(stop).ConfigureAwait(false);
            while (true)
            {
                await SleepAsync(stop).ConfigureAwait(false);
                if (journal.IsShared && !_firedLast)
                {
                    await Task.Delay(_deference, time, stop).ConfigureAwait(false);
                }

                await FireAsync(_next, isPastDue: false, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to.
        }
        catch (Exception exception) // A defect: it must be seen, and must not take the app along.
        {
            Ended(log, timer.Name, exception);
        }
    }

    private async Task BeginAsync(CancellationToken stop)
    {
        if (timer.IsMonitored)
        {
            TimerRecord? kept = await AskAsync(() => journal.ReadAsync(timer.Name, stop), stop).ConfigureAwait(false);
            _record = kept?.Schedule == timer.Schedule.Text ? kept : null;
        }

        DateTimeOffset now = time.GetUtcNow();
        _next = timer.Schedule.Next(now);
        if (_record is { } record && record.Next <= now)
        {
            PastDue(log, timer.Name, record.Next);
            await FireAsync(record.Next, isPastDue: true, stop).ConfigureAwait(false);
        }
        else if (timer.RunOnStartup)
        {
            await FireAsync(now, isPastDue: false, stop).ConfigureAwait(false);
        }
        else if (_record is { } ahead)
        {
            // Later than the schedule has it only after the clock was set back.
            _next = ahead.Next < _next ? ahead.Next : _next;
        }
        else
        {
            await KeepAsync(null, _next, stop).ConfigureAwait(false);
        }
    }

    private async Task SleepAsync(CancellationToken stop)
    {
        DateTimeOffset seen = time.GetUtcNow();
        while (seen < _next)
        {
            TimeSpan left = _next - seen;
            // A delay counts whole milliseconds: rounded up, or it would end early and be taken again and again.
            TimeSpan delay = left < _longestSleep ? left + TimeSpan.FromMilliseconds(1) : _longestSleep;
            await Task.Delay(delay, time, stop).ConfigureAwait(false);
            DateTimeOffset now = time.GetUtcNow();
            if (now < seen - _tolerance && timer.Schedule.Next(now) is DateTimeOffset nearer && nearer < _next)
            {
                _next = nearer;
            }

            seen = now;
        }
    }

    private async Task FireAsync(DateTimeOffset occurrence, bool isPastDue, CancellationToken stop)
    {
        _firedLast = await AskAsync(() => journal.TryTakeAsync(timer.Name, occurrence, stop), stop).ConfigureAwait(false);
        if (_firedLast)
        {
            DateTimeOffset begun = time.GetUtcNow();
            Task call = CallAsync(begun, isPastDue, stop);
            if (journal.IsShared)
            {
                await TakeWhileItRunsAsync(call, stop).ConfigureAwait(false);
            }

            await call.ConfigureAwait(false);
            _next = timer.Schedule.Next(time.GetUtcNow());
            await KeepAsync(begun, _next, stop).ConfigureAwait(false);
        }
        else
        {
            _next = timer.Schedule.Next(time.GetUtcNow());
        }
    }

    /// <summary>Takes what comes due while the call runs, so that no other node calls it at the same time.</summary>
    private async Task TakeWhileItRunsAsync(Task call, CancellationToken stop)
    {
        while (!call.IsCompleted && !stop.IsCancellationRequested)
        {
            DateTimeOffset now = time.GetUtcNow();
            DateTimeOffset next = timer.Schedule.Next(now);
            TimeSpan left = next - now < _longestSleep ? next - now + TimeSpan.FromMilliseconds(1) : _longestSleep;
            using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
            Task slept = Task.Delay(left, time, over.Token);
            _ = await Task.WhenAny(call, slept).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            if (!call.IsCompleted && !stop.IsCancellationRequested && time.GetUtcNow() >= next)
            {
                await AskAsync(() => journal.TryTakeAsync(timer.Name, next, stop), stop).ConfigureAwait(false);
            }
        }
    }

    private async Task CallAsync(DateTimeOffset begun, bool isPastDue, CancellationToken stop)
    {
        TimerInfo info = new() { IsPastDue = isPastDue, ScheduleStatus = Status(begun) };
        try
        {
            await call(info, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw; // Not recorded: a monitored timer makes up for it at the next start.
        }
        catch (Exception exception) // The author's code: whatever it throws is recorded, and the schedule goes on.
        {
            Failed(log, timer.Name, exception);
        }
    }

    private ScheduleStatus? Status(DateTimeOffset begun) => timer.IsMonitored
        ? new ScheduleStatus
        {
            Last = _record?.Last?.UtcDateTime ?? default,
            Next = timer.Schedule.Next(begun).UtcDateTime,
            LastUpdated = _record?.Updated.UtcDateTime ?? default,
        }
        : null;

    private async Task KeepAsync(DateTimeOffset? last, DateTimeOffset next, CancellationToken stop)
    {
        if (!timer.IsMonitored)
        {
            return;
        }

        _record = new TimerRecord(timer.Schedule.Text, last, next, time.GetUtcNow());
        using CancellationTokenSource patience = new();
        using CancellationTokenRegistration stopped = stop.UnsafeRegister(static state => ((CancellationTokenSource)state!).CancelAfter(_lastWords), patience);
        try
        {
            await journal.WriteAsync(timer.Name, _record, patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or HubUnavailableException
            || (exception is OperationCanceledException && patience.IsCancellationRequested))
        {
            NotKept(log, timer.Name, exception); // The next call writes again; a restart before may call once too often.
        }
    }

    /// <summary>Asks the journal until it answers: firing without it could be a second node's.</summary>
    private async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await ask().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or HubUnavailableException)
            {
                JournalUnavailable(log, timer.Name, exception);
                await Task.Delay(_longestSleep, time, stop).ConfigureAwait(false);
            }
        }
    }
}
