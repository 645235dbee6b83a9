using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Api.Answers;
using FuncExec.WorkerFunctions.Api.Streams;
using FuncExec.WorkerFunctions.Api.Views;
using FuncExec.WorkerFunctions.Output;
using Microsoft.AspNetCore.Http;

namespace FuncExec.WorkerFunctions.Api.Events;

/// <summary>Opens streams of events.</summary>
public sealed class EventStreams(IJobLedger ledger, OutputReader outputs, JobSignals signals, StreamLimits limits, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Sends the events of a job, from a cursor on or from the first one, until it has ended.</summary>
    /// <param name="http">The answer; its headers have been sent.</param>
    /// <param name="job">The job as it was found.</param>
    /// <param name="cursor">Where the reader is, or null when it begins.</param>
    /// <param name="isReset">Whether it was somewhere that is unknown here.</param>
    /// <param name="cancellationToken">Ends the sending.</param>
    internal async Task SendAsync(HttpContext http, JobRecord job, EventCursor? cursor, bool isReset, CancellationToken cancellationToken)
    {
        using JobWatch watch = signals.Watch(job.Id);
        EventReader reader = new(job.Id, [.. job.Steps.Select(static step => step.Name)], cursor ?? new EventCursor());
        EventWriter writer = new(http.Response.BodyWriter, new PatientWriter(http, limits, time));
        writer.WriteRetry(Pause);
        if (isReset)
        {
            await ResetAsync(reader, writer, job, cancellationToken);
        }

        await writer.SendAsync(cancellationToken);
        EventStream stream = new(ledger, reader, writer, new OutputPump(ledger, outputs, reader, writer), limits, time);
        await stream.RunAsync(watch, cancellationToken);
    }

    private async Task ResetAsync(EventReader reader, EventWriter writer, JobRecord job, CancellationToken cancellationToken)
    {
        await writer.WriteAsync(
            "reset",
            reader.Id(),
            new ResetView("The Last-Event-ID is not one of this job's. Forget what you have: everything follows from the beginning."),
            ApiJson.Relaxed.ResetView,
            cancellationToken);
        await writer.WriteAsync(
            "job",
            reader.Id(),
            new JobEventView { Number = 0, At = time.GetUtcNow().UtcDateTime, Status = job.Status, Error = job.Error, Job = JobView.Of(job) },
            ApiJson.Relaxed.JobEventView,
            cancellationToken);
    }
}
