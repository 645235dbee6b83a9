using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.WorkerFunctions.Output;

/// <summary>
/// Reads what an attempt wrote, also while it runs. The bytes at an offset are the same whenever they are read.
/// </summary>
/// <remarks>
/// A reader of a running attempt that gets nothing looks at the task again: its output may have moved into the record of
/// the attempt's end meanwhile.
/// </remarks>
public sealed class OutputReader(IBlobStore blobs)
{
    /// <summary>Reads from an offset.</summary>
    /// <param name="attempt">The attempt, as the ledger has it: a task stands for its latest.</param>
    /// <param name="stream">Which of its streams.</param>
    /// <param name="offset">Where, from 0.</param>
    /// <param name="buffer">Not empty.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="LedgerUnavailableException">The store failed.</exception>
    public async ValueTask<OutputSlice> ReadAsync(
        TaskRecord attempt, OutputStream stream, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfZero(buffer.Length, nameof(buffer));
        bool hasEnded = attempt.Status is not (JobTaskStatus.Running or JobTaskStatus.Queued) || (attempt.Status is JobTaskStatus.Queued && attempt.Attempt > 0);
        if (attempt.Attempt == 0)
        {
            return new OutputSlice(0, offset, hasEnded);
        }

        BlobName name = OutputNames.Of(attempt.Key, attempt.Attempt, attempt.OutputToken, stream);
        OutputRecord record = stream is OutputStream.Stdout ? attempt.Stdout : attempt.Stderr;

        // While it runs the record is that of an earlier attempt. When its node was lost there is none: what was stored
        // until then is what there is.
        if (!hasEnded || record.Length == 0)
        {
            int live = await blobs.ReadAsync(name, offset, buffer, cancellationToken);
            return new OutputSlice(live, offset, hasEnded && live == 0);
        }

        if (offset < record.Kept)
        {
            int most = (int)Math.Min(buffer.Length, record.Kept - offset);
            int count = await blobs.ReadAsync(name, offset, buffer[..most], cancellationToken);
            if (count > 0)
            {
                return new OutputSlice(count, offset, offset + count == record.Length);
            }
        }

        return FromTail(record, offset, buffer.Span);
    }

    /// <summary>Reads where the store has nothing: past what was kept.</summary>
    private static OutputSlice FromTail(OutputRecord record, long offset, Span<byte> buffer)
    {
        if (offset >= record.Length)
        {
            return new OutputSlice(0, offset, IsComplete: true);
        }

        long tailStart = record.Length - record.Tail.Length;
        long begin = Math.Max(offset, tailStart);
        ReadOnlySpan<byte> rest = record.Tail.Span[(int)(begin - tailStart)..];
        int count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        return new OutputSlice(count, begin, begin + count == record.Length);
    }
}
