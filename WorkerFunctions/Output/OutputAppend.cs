using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Output;

/// <summary>Appends a piece of output, whatever an earlier try has left.</summary>
internal static class OutputAppend
{
    private const int MostTries = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Appends at an offset. A store that failed is tried again: it may have taken the bytes, or some, and say so by its
    /// length. Nobody else writes that blob.
    /// </summary>
    /// <returns>Why it could not be done, or null.</returns>
    public static async Task<string?> AppendAsync(
        IBlobStore blobs, BlobName name, long offset, ReadOnlyMemory<byte> bytes, TimeProvider time, CancellationToken cancellationToken)
    {
        int failures = 0;
        while (!bytes.IsEmpty)
        {
            ReadOnlyMemory<byte> piece = bytes[..Math.Min(bytes.Length, OutputPipe.LargestChunk)];
            try
            {
                AppendOutcome outcome = await blobs.AppendAsync(name, offset, piece, cancellationToken);
                long taken = outcome.IsAppended ? piece.Length : outcome.Length - offset;
                if (taken <= 0 || taken > piece.Length || (!outcome.IsAppended && failures == 0))
                {
                    return $"'{name.Path}' has {outcome.Length} bytes where {offset} were expected.";
                }

                bytes = bytes[(int)taken..];
                offset += taken;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return "The attempt was given up.";
            }
            catch (Exception exception) // Whatever store this is: the attempt's outcome must not be lost with its output.
            {
                if (++failures == MostTries)
                {
                    return exception.Message;
                }

                await Task.Delay(Pause * failures, time, CancellationToken.None);
            }
        }

        return null;
    }

    /// <summary>Makes what was appended durable; a store that failed is tried again.</summary>
    /// <returns>Why it could not be done, or null.</returns>
    public static async Task<string?> FlushAsync(IBlobStore blobs, BlobName name, TimeProvider time, CancellationToken cancellationToken)
    {
        for (int failures = 1; ; failures++)
        {
            try
            {
                await blobs.FlushAsync(name, cancellationToken);
                return null;
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // Whatever store this is: the attempt's outcome must not be lost with its output.
                if (failures == MostTries)
                {
                    return exception.Message;
                }

                await Task.Delay(Pause * failures, time, CancellationToken.None);
            }
        }
    }
}
