using System.Collections.Concurrent;

namespace FuncExec.Ledger.Azure.Blobs;

/// <summary>
/// Blobs that grow. One may have 50,000 blocks, so a long stream goes on in further ones: <c>name</c>, <c>name~1</c>, <c>name~2</c>, …;
/// each but the last is full, and says where in the stream it begins.
/// </summary>
/// <param name="container">Where they are.</param>
/// <param name="maxBlocks">How many blocks fill one; the service's bound by default.</param>
internal sealed class AppendedBlobs(BlobContainer container, int maxBlocks = AppendedBlobs.ServiceMaxBlocks)
{
    /// <summary>Source: the protocol's page on the operation Append Block.</summary>
    private const int ServiceMaxBlocks = 50_000;

    /// <summary>Ends of streams that were appended to here last: a hint, for others may append too.</summary>
    private const int MostEnds = 10_000;

    private readonly ConcurrentDictionary<string, Segment> _ends = new(StringComparer.Ordinal);

    /// <summary>Appends at an offset; the outcome says where the stream ends now.</summary>
    public async Task<AppendOutcome> AppendAsync(string blob, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        long at = offset;
        while (true)
        {
            ReadOnlyMemory<byte> block = bytes[..Math.Min(bytes.Length, BlobContainer.BlockSize)];
            AppendOutcome outcome = await AppendBlockAsync(blob, at, block, cancellationToken).ConfigureAwait(false);
            at = outcome.Length;
            bytes = bytes[block.Length..];
            if (!outcome.IsAppended || bytes.Length == 0)
            {
                return outcome;
            }
        }
    }

    /// <summary>The stream's length; null when it is not there.</summary>
    public async Task<long?> GetLengthAsync(string blob, CancellationToken cancellationToken) =>
        await FindEndAsync(blob, new Segment(0, 0), cancellationToken).ConfigureAwait(false) is { } end ? end.Segment.Start + end.Length : null;

    /// <summary>Reads from an offset.</summary>
    public async Task<int> ReadAsync(string blob, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (await container.ReadAsync(blob, offset, buffer, cancellationToken).ConfigureAwait(false) is not 0 and var read)
        {
            return read ?? 0;
        }

        // Past the end of the first: the stream ends there, or goes on in another one.
        for (int number = 0; await container.FindAsync(Name(blob, number), cancellationToken).ConfigureAwait(false) is { } found; number++)
        {
            if (offset < found.Start + found.Length)
            {
                return await container.ReadAsync(Name(blob, number), offset - found.Start, buffer, cancellationToken).ConfigureAwait(false) ?? 0;
            }

            if (found.Blocks < maxBlocks)
            {
                break;
            }
        }

        return 0;
    }

    /// <summary>Deletes it all. Idempotent.</summary>
    public async Task DeleteAsync(string blob, CancellationToken cancellationToken)
    {
        _ends.TryRemove(blob, out _);
        await foreach (string further in FurtherAsync(blob, cancellationToken).ConfigureAwait(false))
        {
            await container.DeleteAsync(further, cancellationToken).ConfigureAwait(false);
        }

        await container.DeleteAsync(blob, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies it all. False when it is not there.</summary>
    public async Task<bool> CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        await foreach (string further in FurtherAsync(from, cancellationToken).ConfigureAwait(false))
        {
            await container.CopyAsync(further, to + further[from.Length..], cancellationToken).ConfigureAwait(false);
        }

        return await container.CopyAsync(from, to, cancellationToken).ConfigureAwait(false);
    }

    private async Task<AppendOutcome> AppendBlockAsync(string blob, long offset, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        Segment segment = offset == 0 ? new Segment(0, 0) : _ends.GetValueOrDefault(blob, new Segment(0, 0));
        bool isKnown = offset == 0;
        while (true)
        {
            if (offset == 0)
            {
                await container.CreateAppendAsync(blob, 0, cancellationToken).ConfigureAwait(false);
            }

            if (offset >= segment.Start)
            {
                switch (await container.AppendAsync(Name(blob, segment.Number), offset - segment.Start, block, cancellationToken).ConfigureAwait(false))
                {
                    case BlockOutcome.Appended appended:
                        await KeepAsync(blob, segment, appended.Blocks, offset + block.Length, cancellationToken).ConfigureAwait(false);
                        return new AppendOutcome(true, offset + block.Length);
                    case BlockOutcome.OtherKind:
                        return await AppendToWrittenAsync(blob, offset, block, cancellationToken).ConfigureAwait(false);
                    case BlockOutcome.Elsewhere { MayBeOwn: true } when await IsThereAsync(blob, offset, block, cancellationToken).ConfigureAwait(false):
                        return new AppendOutcome(true, offset + block.Length);
                }
            }

            if (await FindEndAsync(blob, new Segment(0, 0), cancellationToken).ConfigureAwait(false) is not { } end)
            {
                _ends.TryRemove(blob, out _);
                if (offset == 0 && !isKnown)
                {
                    isKnown = true;
                    continue;
                }

                return new AppendOutcome(false, 0);
            }

            long length = end.Segment.Start + end.Length;
            if (length != offset || end.Segment == segment)
            {
                return new AppendOutcome(false, length);
            }

            // The stream ends just there, in another one than was thought.
            segment = end.Segment;
            await container.CreateAppendAsync(Name(blob, segment.Number), segment.Start, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Remembers where a stream ends, and begins another one when it is full.</summary>
    private async Task KeepAsync(string blob, Segment segment, int blocks, long length, CancellationToken cancellationToken)
    {
        if (blocks >= maxBlocks)
        {
            segment = new Segment(segment.Number + 1, length);
            await container.CreateAppendAsync(Name(blob, segment.Number), length, cancellationToken).ConfigureAwait(false);
        }

        if (segment.Number == 0)
        {
            return; // What is not remembered is taken for the first.
        }

        if (_ends.Count >= MostEnds)
        {
            _ends.Clear();
        }

        _ends[blob] = segment;
    }

    /// <summary>The last one of a stream, and its length; null when there is none.</summary>
    private async Task<(Segment Segment, long Length)?> FindEndAsync(string blob, Segment from, CancellationToken cancellationToken)
    {
        (Segment, long)? end = null;
        for (int number = from.Number; await container.FindAsync(Name(blob, number), cancellationToken).ConfigureAwait(false) is { } found; number++)
        {
            end = (new Segment(number, found.Start), found.Length);
            if (found.Blocks < maxBlocks)
            {
                break;
            }

            // The writer may have ended between filling this one and beginning the next.
            end = (new Segment(number + 1, found.Start + found.Length), 0);
        }

        return end;
    }

    /// <summary>After an answer was lost: whether the bytes at an offset are these.</summary>
    private async Task<bool> IsThereAsync(string blob, long offset, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        byte[] found = new byte[block.Length];
        for (int read = 0; read < found.Length;)
        {
            int more = await ReadAsync(blob, offset + read, found.AsMemory(read), cancellationToken).ConfigureAwait(false);
            if (more == 0)
            {
                return false;
            }

            read += more;
        }

        return block.Span.SequenceEqual(found);
    }

    /// <summary>Appends to what was written whole: writes it again, longer, if nobody changed it meanwhile.</summary>
    private async Task<AppendOutcome> AppendToWrittenAsync(string blob, long offset, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await container.FindAsync(blob, cancellationToken).ConfigureAwait(false) is not { } found || found.Length != offset)
            {
                return new AppendOutcome(false, (await container.FindAsync(blob, cancellationToken).ConfigureAwait(false))?.Length ?? 0);
            }

            byte[] longer = new byte[found.Length + block.Length];
            for (int read = 0; read < found.Length;)
            {
                int more = await container.ReadAsync(blob, read, longer.AsMemory(read, (int)found.Length - read), cancellationToken).ConfigureAwait(false) ?? 0;
                if (more == 0)
                {
                    return new AppendOutcome(false, (await container.FindAsync(blob, cancellationToken).ConfigureAwait(false))?.Length ?? 0);
                }

                read += more;
            }

            block.CopyTo(longer.AsMemory((int)found.Length));
            if (await container.PutAsync(blob, longer, found.ETag, cancellationToken).ConfigureAwait(false))
            {
                return new AppendOutcome(true, longer.Length);
            }
        }
    }

    private IAsyncEnumerable<string> FurtherAsync(string blob, CancellationToken cancellationToken) =>
        container.ListAsync(blob + "~", cancellationToken);

    private static string Name(string blob, int number) => number == 0 ? blob : $"{blob}~{number}";

    /// <summary>One of the blobs of a stream.</summary>
    /// <param name="Number">Which.</param>
    /// <param name="Start">Where in the stream it begins.</param>
    private readonly record struct Segment(int Number, long Start);
}
