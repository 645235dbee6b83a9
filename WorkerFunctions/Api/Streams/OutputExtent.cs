using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Output;

namespace FuncExec.WorkerFunctions.Api.Streams;

/// <summary>What of a stream can be read now.</summary>
/// <param name="Begin">Where reading begins: past the offset asked for where bytes were not kept.</param>
/// <param name="End">Where it ends; before the beginning when what has ended is shorter than the offset asked for.</param>
/// <param name="IsComplete">Whether nothing follows the end.</param>
internal readonly record struct OutputExtent(long Begin, long End, bool IsComplete)
{
    /// <summary>Whether an attempt writes nothing more.</summary>
    public static bool HasEnded(TaskRecord attempt) =>
        attempt.Status is not (JobTaskStatus.Running or JobTaskStatus.Queued) || (attempt.Status is JobTaskStatus.Queued && attempt.Attempt > 0);

    /// <summary>
    /// From an offset on, without a gap: where bytes in between were not kept, one reading ends before them and the next
    /// begins after them.
    /// </summary>
    public static async Task<OutputExtent> OfAsync(
        IBlobStore blobs, TaskRecord attempt, OutputStream stream, long offset, CancellationToken cancellationToken)
    {
        bool hasEnded = HasEnded(attempt);
        OutputRecord record = stream is OutputStream.Stdout ? attempt.Stdout : attempt.Stderr;
        if (attempt.Attempt == 0)
        {
            return new OutputExtent(offset, hasEnded ? 0 : offset, hasEnded);
        }

        if (!hasEnded || record.Length == 0)
        {
            // It runs, or nobody recorded what it wrote: its node was lost.
            BlobName name = OutputNames.Of(attempt.Key, attempt.Attempt, attempt.OutputToken, stream);
            long length = await blobs.GetLengthAsync(name, cancellationToken) ?? 0;
            return new OutputExtent(offset, hasEnded ? length : Math.Max(offset, length), hasEnded);
        }

        if (record.IsTruncated && offset < record.Kept)
        {
            return new OutputExtent(offset, record.Kept, IsComplete: false);
        }

        long tail = record.Length - record.Tail.Length;
        long begin = offset >= record.Kept ? Math.Max(offset, Math.Min(tail, record.Length)) : offset;
        return new OutputExtent(begin, record.Length, IsComplete: true);
    }
}
