using System.Buffers;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Output;
using Microsoft.AspNetCore.Http;

namespace FuncExec.WorkerFunctions.Api.Streams;

/// <summary>Sends the bytes of an attempt's output.</summary>
public sealed class OutputSender(IJobLedger ledger, IBlobStore blobs, OutputReader reader, JobSignals signals, StreamLimits limits, TimeProvider time)
{
    private const int BufferSize = 64 * 1024;

    /// <summary>The attempt as it stands; null when there is none (yet).</summary>
    internal async Task<TaskRecord?> FindAsync(OutputPlace place, CancellationToken cancellationToken)
    {
        TaskRecord? task = await ledger.GetTaskAsync(place.Task, cancellationToken);
        if (task is null || place.Attempt is null || place.Attempt == task.Attempt)
        {
            return task;
        }

        IReadOnlyList<TaskRecord> attempts = await ledger.ListAttemptsAsync(place.Task, cancellationToken);
        return attempts.FirstOrDefault(attempt => attempt.Attempt == place.Attempt);
    }

    /// <summary>What can be read from an offset on; null when the attempt is not there.</summary>
    internal async Task<OutputExtent?> MeasureAsync(OutputPlace place, long offset, CancellationToken cancellationToken) =>
        await FindAsync(place, cancellationToken) is { } attempt
            ? await OutputExtent.OfAsync(blobs, attempt, place.Stream, offset, cancellationToken)
            : null;

    /// <summary>Sends what was measured.</summary>
    internal async Task SendAsync(HttpContext http, OutputPlace place, OutputExtent extent, CancellationToken cancellationToken)
    {
        PatientWriter writer = new(http, limits, time);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long offset = extent.Begin;
            int misses = 0;
            TaskRecord? attempt = await FindAsync(place, cancellationToken);
            while (offset < extent.End)
            {
                int most = (int)Math.Min(buffer.Length, extent.End - offset);
                OutputSlice slice = attempt is null ? default : await reader.ReadAsync(attempt, place.Stream, offset, buffer.AsMemory(0, most), cancellationToken);
                if (slice.Count == 0 || slice.Offset != offset)
                {
                    // Short output moves into the record when its attempt ends; a task that is gone has none at all.
                    attempt = ++misses > 2 ? null : await FindAsync(place, cancellationToken);
                    if (attempt is null)
                    {
                        http.Abort();
                        return;
                    }

                    continue;
                }

                misses = 0;
                offset += slice.Count;
                await SendAsync(http, writer, buffer.AsMemory(0, slice.Count), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Sends from an offset on until the attempt has ended and all of it is sent, or bytes were not kept.</summary>
    internal async Task FollowAsync(HttpContext http, OutputPlace place, long offset, CancellationToken cancellationToken)
    {
        PatientWriter writer = new(http, limits, time);
        await writer.FlushAsync(cancellationToken);
        using JobWatch watch = signals.Watch(place.Task.JobId);
        while (true)
        {
            TaskRecord? attempt = await FindAsync(place, cancellationToken);
            if (attempt is { Attempt: > 0 })
            {
                // The latest is the one that was the latest first.
                place = place with { Attempt = attempt.Attempt };
                (offset, bool isDone) = await SendNewAsync(http, writer, attempt, place, offset, cancellationToken);
                if (isDone)
                {
                    return;
                }
            }
            else if (attempt is not null ? OutputExtent.HasEnded(attempt) : await IsOverAsync(place, cancellationToken))
            {
                return;
            }

            await watch.WaitAsync(limits.Look, time, cancellationToken);
        }
    }

    private async Task<(long Offset, bool IsDone)> SendNewAsync(
        HttpContext http, PatientWriter writer, TaskRecord attempt, OutputPlace place, long offset, CancellationToken cancellationToken)
    {
        // Rented while there is something to send: many wait.
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (true)
            {
                OutputSlice slice = await reader.ReadAsync(attempt, place.Stream, offset, buffer, cancellationToken);
                if (slice.Offset != offset)
                {
                    return (offset, true);
                }

                if (slice.Count > 0)
                {
                    offset += slice.Count;
                    await SendAsync(http, writer, buffer.AsMemory(0, slice.Count), cancellationToken);
                }

                if (slice.IsComplete || slice.Count == 0)
                {
                    return (offset, slice.IsComplete);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Whether an attempt that is not there will never be.</summary>
    private async Task<bool> IsOverAsync(OutputPlace place, CancellationToken cancellationToken) =>
        await ledger.GetTaskAsync(place.Task, cancellationToken) is not { } task
        || task.Attempt > place.Attempt
        || task.Status is not (Orchestrator.Jobs.JobTaskStatus.Queued or Orchestrator.Jobs.JobTaskStatus.Running);

    private static async Task SendAsync(HttpContext http, PatientWriter writer, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        http.Response.BodyWriter.Write(bytes.Span);
        await writer.FlushAsync(cancellationToken);
    }
}
