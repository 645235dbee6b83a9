using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using FuncExec.Ledger;
using FuncExec.Runtime.Transfer;

namespace FuncExec.Cli.Migration;

/// <summary>Copies blobs and contents, a piece at a time, some jobs at once; and adds up what a side has.</summary>
internal sealed class BlobMigration
{
    private const int AtOnce = 3;
    private const int PieceSize = 64 * 1024;

    private readonly TransferSum _blobs = new();
    private readonly TransferSum _contents = new();

    /// <summary>The blobs that were read.</summary>
    public TransferTotal Blobs => _blobs.Total;

    /// <summary>The contents that were read, one for each job that has one.</summary>
    public TransferTotal Contents => _contents.Total;

    /// <summary>Copies all of them, and adds up what was read.</summary>
    public Task CopyAsync(IMovableBlobs source, IMovableBlobs target, CancellationToken cancellationToken) => ForEachJobAsync(
        source,
        async (job, token) =>
        {
            await foreach (BlobExtent blob in source.ListBlobsAsync(job, token))
            {
                var name = new BlobName(job, blob.Path);
                await ReadAsync(source, name, blob.Length, (offset, bytes) => AppendAsync(target, name, offset, bytes, token), token);
                await target.FlushAsync(name, token);
            }

            await foreach (ContentId content in source.ListContentsAsync(job, token))
            {
                if (!await target.TryAdoptContentAsync(job, content.Hash, token))
                {
                    await PutAsync(source, target, job, content, token);
                }

                AddContent(job, content.Hash, content.Size);
            }
        },
        cancellationToken);

    /// <summary>Reads all that a side has, every content once, and adds it up.</summary>
    public Task ReadAsync(IMovableBlobs blobs, CancellationToken cancellationToken)
    {
        ConcurrentDictionary<string, bool> read = new(StringComparer.Ordinal);
        return ForEachJobAsync(
            blobs,
            async (job, token) =>
            {
                await foreach (BlobExtent blob in blobs.ListBlobsAsync(job, token))
                {
                    await ReadAsync(blobs, new BlobName(job, blob.Path), blob.Length, static (_, _) => Task.CompletedTask, token);
                }

                await foreach (ContentId content in blobs.ListContentsAsync(job, token))
                {
                    string hash = read.TryAdd(content.Hash, true) ? await HashAsync(blobs, job, content.Hash, token) : content.Hash;
                    AddContent(job, hash, content.Size);
                }
            },
            cancellationToken);
    }

    private static Task ForEachJobAsync(IMovableBlobs blobs, Func<string, CancellationToken, ValueTask> work, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(blobs.ListJobsAsync(cancellationToken), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, work);

    private async Task ReadAsync(IMovableBlobs blobs, BlobName name, long length, Func<long, ReadOnlyMemory<byte>, Task> take, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            long offset = 0;
            do
            {
                int count = await blobs.ReadAsync(name, offset, buffer.AsMemory(0, (int)Math.Min(PieceSize, length - offset)), cancellationToken);
                if (count == 0 && offset < length)
                {
                    throw new CliException($"The blob '{name.JobId}/{name.Path}' in {blobs.Description} has {length} bytes, and only {offset} can be read. Restore a backup.");
                }

                hash.AppendData(buffer, 0, count);
                await take(offset, buffer.AsMemory(0, count));
                offset += count;
            }
            while (offset < length);
            _blobs.Add(Text(name.JobId), Text(name.Path), TransferValue.Of(length), TransferValue.Of(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task AppendAsync(IMovableBlobs target, BlobName name, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        AppendOutcome outcome = await target.AppendAsync(name, offset, bytes, cancellationToken);
        if (!outcome.IsAppended)
        {
            throw new CliException($"Something else writes to {target.Description}: '{name.JobId}/{name.Path}' has {outcome.Length} bytes instead of {offset}. End it, and run this again.");
        }
    }

    private static async Task PutAsync(IMovableBlobs source, IMovableBlobs target, string job, ContentId content, CancellationToken cancellationToken)
    {
        await using Stream bytes = await source.OpenContentAsync(job, content.Hash, cancellationToken)
            ?? throw new CliException($"The content {content.Hash} of job {job} in {source.Description} was deleted meanwhile. End what deletes it, and run this again.");
        ContentId? put = await target.PutContentAsync(job, bytes, long.MaxValue, cancellationToken);
        if (put != content)
        {
            throw new CliException($"The content {content.Hash} of job {job} in {source.Description} is damaged: its SHA-256 is {put?.Hash}. Restore a backup, or delete the job.");
        }
    }

    private static async Task<string> HashAsync(IMovableBlobs blobs, string job, string hash, CancellationToken cancellationToken)
    {
        await using Stream? bytes = await blobs.OpenContentAsync(job, hash, cancellationToken);
        return bytes is null ? "" : Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken));
    }

    private void AddContent(string job, string hash, long size) => _contents.Add(Text(job), Text(hash), TransferValue.Of(size));

    private static TransferValue Text(string text) => TransferValue.Of(Encoding.UTF8.GetBytes(text));
}
