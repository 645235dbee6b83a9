using System.Buffers;

namespace FuncExec.ExecutorPlugins.Http.Calls;

/// <summary>How the copying of a body ended.</summary>
internal abstract record BodyEnd
{
    private BodyEnd()
    {
    }

    /// <summary>All of it was written.</summary>
    public sealed record Complete : BodyEnd;

    /// <summary>It is longer than it may be; what fits was written.</summary>
    public sealed record TooLong : BodyEnd;

    /// <summary>The rest did not come, or makes no sense.</summary>
    public sealed record Broken(string Reason) : BodyEnd;
}

/// <summary>Writes a body to a task's output as it comes, no faster than the output takes it.</summary>
internal sealed class BodyCopy(ITaskOutput output, long limit)
{
    private const int BufferSize = 64 * 1024;

    /// <summary>How many bytes have come, decompressed.</summary>
    public long Length { get; private set; }

    /// <summary>Copies until the end, the limit, or a fault of the other side.</summary>
    public async Task<BodyEnd> RunAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > limit)
        {
            return new BodyEnd.TooLong();
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            Stream body = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                return await CopyAsync(body, buffer, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<BodyEnd> CopyAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            await WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
            int count;
            try
            {
                count = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException or InvalidDataException or InvalidOperationException)
            {
                // The last two: what a decompressing stream says of bytes that were never compressed.
                cancellationToken.ThrowIfCancellationRequested();
                return new BodyEnd.Broken(exception.GetBaseException().Message);
            }

            if (count == 0)
            {
                return new BodyEnd.Complete();
            }

            int fitting = (int)Math.Min(count, limit - Length);
            output.Write(OutputStream.Stdout, buffer.AsSpan(0, fitting));
            Length += fitting;
            if (fitting < count)
            {
                return new BodyEnd.TooLong();
            }
        }
    }

    private async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        ValueTask room = output.WaitForRoomAsync(OutputStream.Stdout);
        if (room.IsCompletedSuccessfully)
        {
            room.GetAwaiter().GetResult();
        }
        else
        {
            await room.AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
