using System.Buffers;
using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Output;

namespace FuncExec.WorkerFunctions.Api.Events;

/// <summary>Sends the output of attempts as events, from where the reader's cursor is.</summary>
internal sealed class OutputPump(IJobLedger ledger, OutputReader outputs, EventReader reader, EventWriter writer)
{
    private const int PieceSize = 32 * 1024;

    /// <summary>How much of one stream is sent before the next one's turn.</summary>
    private const int TurnSize = 4 * 1024 * 1024;

    private static readonly OutputStream[] Streams = [OutputStream.Stdout, OutputStream.Stderr];

    /// <summary>Sends what those attempts that run have written. Answers whether there may be more at once.</summary>
    public async Task<bool> SendRunningAsync(CancellationToken cancellationToken)
    {
        bool isMore = false;
        using IMemoryOwner<byte> buffer = MemoryPool<byte>.Shared.Rent(PieceSize);
        foreach ((TaskPlace place, OpenAttempt open) in reader.Cursor.Open)
        {
            foreach (OutputStream stream in Streams)
            {
                isMore |= !await SendAsync(place, open, Running(place, open), stream, TurnSize, buffer.Memory[..PieceSize], cancellationToken);
            }
        }

        return isMore;
    }

    /// <summary>Sends all that is left of an attempt that an event ends.</summary>
    public async Task SendRestAsync(OpenAttempt open, JobEvent.TaskChanged ending, CancellationToken cancellationToken)
    {
        TaskPlace place = new(ending.Step, ending.Index);

        // Another claim than the event's: nobody recorded its output. What was stored is what there is.
        TaskRecord attempt = await FindEndedAsync(place, open, cancellationToken) ?? Running(place, open);
        using IMemoryOwner<byte> buffer = MemoryPool<byte>.Shared.Rent(PieceSize);
        foreach (OutputStream stream in Streams)
        {
            await SendAsync(place, open, attempt, stream, long.MaxValue, buffer.Memory[..PieceSize], cancellationToken);
        }
    }

    /// <summary>An attempt as one that runs is: what is stored under its token is its output.</summary>
    private TaskRecord Running(TaskPlace place, OpenAttempt open) => new()
    {
        Key = new TaskKey(reader.JobId, place.Step, place.Index),
        StepName = reader.Steps[place.Step],
        Status = JobTaskStatus.Running,
        Attempt = open.Attempt,
        Token = open.Token,
        OutputToken = open.Token,
    };

    private async Task<TaskRecord?> FindEndedAsync(TaskPlace place, OpenAttempt open, CancellationToken cancellationToken)
    {
        TaskKey key = new(reader.JobId, place.Step, place.Index);
        if (await ledger.GetTaskAsync(key, cancellationToken) is not { } task)
        {
            return null;
        }

        if (task.Attempt == open.Attempt && task.Status is not JobTaskStatus.Running)
        {
            return task.OutputToken == open.Token ? task : null;
        }

        IReadOnlyList<TaskRecord> attempts = await ledger.ListAttemptsAsync(key, cancellationToken);
        return attempts.FirstOrDefault(one =>
            one.Attempt == open.Attempt && one.OutputToken == open.Token && one.Status is not JobTaskStatus.Running);
    }

    /// <summary>Answers whether nothing is left just now.</summary>
    private async Task<bool> SendAsync(
        TaskPlace place, OpenAttempt open, TaskRecord attempt, OutputStream stream, long most, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        long sent = 0;
        while (sent < most)
        {
            OutputSlice slice = await outputs.ReadAsync(attempt, stream, open.Offset(stream), buffer, cancellationToken);
            if (slice.Count == 0)
            {
                return true;
            }

            sent += slice.Count;
            open.Offset(stream) = slice.NextOffset;
            await writer.WriteOutputAsync(
                reader.Id(), JobTask.Id(reader.Steps[place.Step], place.Index), open, (stream, slice.Offset), buffer[..slice.Count], cancellationToken);
            if (slice.IsComplete)
            {
                return true;
            }
        }

        return false;
    }
}
