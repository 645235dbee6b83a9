namespace FuncExec.ExecutorPlugins.Processes.Streams;

/// <summary>Pumps streams into a task's output, in order and only while there is room.</summary>
internal sealed class OutputPump(ITaskOutput output)
{
    private const int BufferSize = 64 * 1024;

    private readonly Lock _order = new();
    private int _waiting;

    /// <summary>Whether a stream is not read because there is no room for more of it.</summary>
    public bool IsWaiting => Volatile.Read(ref _waiting) > 0;

    /// <summary>Completes when the stream has ended or the token says that it was waited for long enough.</summary>
    public async Task ReadAsync(Stream stream, OutputStream kind, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferSize];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                lock (_order)
                {
                    output.Write(kind, buffer.AsSpan(0, count));
                }

                await WaitForRoomAsync(kind, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Something that outlived the process holds the pipe; what it writes is not the command's.
        }
    }

    /// <summary>
    /// Waits until all is read, for at most <paramref name="limit"/> in which nobody waits for room; then, or when the
    /// caller gives up, has the reading end.
    /// </summary>
    public async Task DrainAsync(Task reading, TimeSpan limit, CancellationTokenSource end, CancellationToken cancellationToken)
    {
        while (await Task.WhenAny(reading, Task.Delay(limit, CancellationToken.None)).ConfigureAwait(false) != reading)
        {
            if (!IsWaiting || cancellationToken.IsCancellationRequested)
            {
                await end.CancelAsync().ConfigureAwait(false);
                break;
            }
        }

        await reading.ConfigureAwait(false);
    }

    private async ValueTask WaitForRoomAsync(OutputStream kind, CancellationToken cancellationToken)
    {
        ValueTask room = output.WaitForRoomAsync(kind);
        if (room.IsCompletedSuccessfully)
        {
            return;
        }

        Interlocked.Increment(ref _waiting);
        try
        {
            await room.AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
