using System.Diagnostics;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Api.Answers;
using FuncExec.WorkerFunctions.Api.Streams;

namespace FuncExec.WorkerFunctions.Api.Events;

/// <summary>
/// Follows a job for one reader: reads events and output from where its cursor is, writes them, waits. Nothing is held for
/// a reader but its cursor; what it does not take is read again when it does.
/// </summary>
internal sealed class EventStream(
    IJobLedger ledger, EventReader reader, EventWriter writer, OutputPump output, StreamLimits limits, TimeProvider time)
{
    private const int PageSize = 100;
    private const int RecallSize = 500;

    /// <summary>How long the output of one running attempt is left alone, times the number of those that run: a look at many costs as much.</summary>
    private static readonly TimeSpan LookPerAttempt = TimeSpan.FromMilliseconds(0.25);

    private long _sent;
    private long _lastSent;
    private long _lastLook;
    private bool _isLookOwed;
    private TimeSpan _look = limits.Look;

    /// <summary>Sends until the job has ended, or is gone.</summary>
    public async Task RunAsync(JobWatch watch, CancellationToken cancellationToken)
    {
        _lastSent = time.GetTimestamp();
        await RecallAsync(cancellationToken);
        while (true)
        {
            Progress events = await SendEventsAsync(cancellationToken);
            bool isMore = events is Progress.More || (events is Progress.CaughtUp && await SendOutputAsync(cancellationToken));
            await SendAsync(cancellationToken);
            if (events is Progress.Ended)
            {
                return;
            }

            if (!isMore && !await WaitAsync(watch, cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>Finds the attempts that a cursor had no room for.</summary>
    private async Task RecallAsync(CancellationToken cancellationToken)
    {
        EventCursor cursor = reader.Cursor;
        if (cursor.IsWhole)
        {
            return;
        }

        EventCursor earlier = new();
        for (long number = 0; number < cursor.Number;)
        {
            IReadOnlyList<JobEvent> page = await ledger.ListEventsAsync(reader.JobId, number, RecallSize, cancellationToken);
            foreach (JobEvent one in page.Where(one => one.Number <= cursor.Number))
            {
                earlier.Recall(one);
            }

            number = page.Count == 0 ? cursor.Number : page[^1].Number;
        }

        foreach ((TaskPlace place, OpenAttempt open) in earlier.Open)
        {
            cursor.Open.TryAdd(place, open);
        }

        cursor.IsWhole = true;
    }

    private async Task<Progress> SendEventsAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<JobEvent> page = await ledger.ListEventsAsync(reader.JobId, reader.Cursor.Number, PageSize, cancellationToken);
        foreach (JobEvent one in page)
        {
            if (one is JobEvent.TaskChanged changed && reader.Cursor.EndedBy(changed) is { } ended)
            {
                await output.SendRestAsync(ended, changed, cancellationToken);
            }

            reader.Cursor.Pass(one);
            await SendEventAsync(one, cancellationToken);
            if (one is JobEvent.JobChanged { Status: JobStatus.Succeeded or JobStatus.Failed or JobStatus.Cancelled or JobStatus.TimedOut })
            {
                // A status that a job ends with comes once, as its last event.
                return Progress.Ended;
            }
        }

        return page.Count == PageSize ? Progress.More : Progress.CaughtUp;
    }

    private ValueTask SendEventAsync(JobEvent one, CancellationToken cancellationToken) => one switch
    {
        JobEvent.JobChanged changed => writer.WriteAsync(
            "job",
            reader.Id(),
            new JobEventView { Number = changed.Number, At = changed.At.UtcDateTime, Status = changed.Status, Error = changed.Error },
            ApiJson.Relaxed.JobEventView,
            cancellationToken),
        JobEvent.StepClosed closed => writer.WriteAsync(
            "job",
            reader.Id(),
            new JobEventView
            {
                Number = closed.Number,
                At = closed.At.UtcDateTime,
                Error = closed.Closing.Error,
                Step = new ClosedStepView(reader.Steps[closed.Step], closed.Closing.Status, closed.Count),
            },
            ApiJson.Relaxed.JobEventView,
            cancellationToken),
        JobEvent.TaskChanged changed => writer.WriteAsync(
            "task", reader.Id(), TaskEventView.Of(changed, reader.Steps[changed.Step]), ApiJson.Relaxed.TaskEventView, cancellationToken),
        _ => throw new UnreachableException(),
    };

    private async Task<bool> SendOutputAsync(CancellationToken cancellationToken)
    {
        _isLookOwed = reader.Cursor.Open.Count > 0 && UntilNextLook() > TimeSpan.Zero;
        if (reader.Cursor.Open.Count == 0 || _isLookOwed)
        {
            return false;
        }

        bool isMore = await output.SendRunningAsync(cancellationToken);
        _lastLook = time.GetTimestamp();
        return isMore;
    }

    private TimeSpan UntilNextLook()
    {
        TimeSpan pause = reader.Cursor.Open.Count * LookPerAttempt;
        return _lastLook == 0 ? TimeSpan.Zero : (pause < limits.Look ? pause : limits.Look) - time.GetElapsedTime(_lastLook);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        await writer.SendAsync(cancellationToken);
        if (writer.Sent != _sent)
        {
            _sent = writer.Sent;
            _lastSent = time.GetTimestamp();
            _look = limits.Look;
        }
    }

    /// <summary>Waits until there may be something; false when the job is gone.</summary>
    private async Task<bool> WaitAsync(JobWatch watch, CancellationToken cancellationToken)
    {
        bool hasRunning = reader.Cursor.Open.Count > 0;
        TimeSpan silence = limits.Silence - time.GetElapsedTime(_lastSent);
        if (silence <= TimeSpan.Zero)
        {
            writer.WriteComment();
            await SendAsync(cancellationToken);
            return await ledger.GetJobAsync(reader.JobId, cancellationToken) is not null;
        }

        TimeSpan atMost = hasRunning && _look < silence ? _look : silence;
        bool isTold = _isLookOwed || await watch.WaitAsync(atMost, time, cancellationToken);

        // Looks that find nothing become rarer: thousands may wait for a task that says nothing.
        _look = isTold ? limits.Look : 2 * _look < limits.Silence ? 2 * _look : limits.Silence;

        // What is announced before the next look at the output is due is not forgotten: the look comes then.
        TimeSpan pause = isTold && hasRunning ? UntilNextLook() : TimeSpan.Zero;
        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, time, cancellationToken);
        }

        return true;
    }

    private enum Progress
    {
        CaughtUp,
        More,
        Ended,
    }
}
