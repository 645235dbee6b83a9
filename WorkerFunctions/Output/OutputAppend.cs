using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Output;

/// <summary>Appends a piece of output, whatever an earlier try has left.</summary>
internal static class OutputAppend
{
    /// <summary>
    /// How long a store that fails is waited for, and the output with it: a server that was started again, or has a successor, is there sooner.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Appends at an offset. A store that failed is tried again: it may have taken the bytes, or some, and say so by its
    /// length. Nobody else writes that blob.
    /// </summary>
    /// <returns>Why it could not be done, or null.</returns>
    public static async Task<string?> AppendAsync(
        IBlobStore blobs, BlobName name, long offset, ReadOnlyMemory<byte> bytes, OutputClock clock, CancellationToken cancellationToken)
    {
        int failures = 0;
        long failing = 0;
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
                failing = ++failures == 1 ? clock.Time.GetTimestamp() : failing;
                if (clock.Time.GetElapsedTime(failing) >= clock.Patience)
                {
                    return exception.Message;
                }

                await PauseAsync(failures, clock.Time, cancellationToken);
            }
        }

        return null;
    }

    /// <summary>Makes what was appended durable; a store that failed is tried again.</summary>
    /// <returns>Why it could not be done, or null.</returns>
    public static async Task<string?> FlushAsync(IBlobStore blobs, BlobName name, OutputClock clock, CancellationToken cancellationToken)
    {
        long begun = clock.Time.GetTimestamp();
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
                if (clock.Time.GetElapsedTime(begun) >= clock.Patience)
                {
                    return exception.Message;
                }

                await PauseAsync(failures, clock.Time, cancellationToken);
            }
        }
    }

    /// <summary>Longer each time, and never as long as others': those who met the same failure do not ask again together.</summary>
    private static async Task PauseAsync(int failures, TimeProvider time, CancellationToken cancellationToken)
    {
        double most = Math.Min(LongestPause.TotalMilliseconds, FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 10)));
        TimeSpan pause = TimeSpan.FromMilliseconds(most * (0.5 + (Random.Shared.NextDouble() / 2)));
        await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
