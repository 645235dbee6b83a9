using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using FuncExec.Ledger.Azure.Account;

namespace FuncExec.Ledger.Azure.Blobs;

/// <summary>A container of blobs; what fails is told as ours.</summary>
internal sealed class BlobContainer(BlobContainerClient client)
{
    /// <summary>Of a block, and of what is read at once.</summary>
    public const int BlockSize = 4 * 1024 * 1024;

    private const string StartName = "start";

    private readonly StorageErrors _errors = new(client.AccountName, client.Uri, "container", "Storage Blob Data Contributor");

    /// <summary>Where it is.</summary>
    public Uri Address => client.Uri;

    /// <summary>How requests are tried again: what is transient, with the pause that the service asks for.</summary>
    public static BlobClientOptions Options()
    {
        // One that the emulator of the same age knows too: it refuses later ones.
        BlobClientOptions options = new(BlobClientOptions.ServiceVersion.V2023_11_03);
        options.Retry.MaxRetries = 6;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(10);
        options.Diagnostics.IsDistributedTracingEnabled = false;
        options.Diagnostics.IsTelemetryEnabled = false;
        options.AddPolicy(new TriesPolicy(), HttpPipelinePosition.PerRetry);
        return options;
    }

    /// <summary>Makes it, unless it is there.</summary>
    public Task CreateAsync(CancellationToken cancellationToken) =>
        _errors.GuardAsync(() => client.CreateIfNotExistsAsync(cancellationToken: cancellationToken), cancellationToken);

    /// <summary>Writes a block blob, whole. False when there is one of another kind, or the condition does not hold.</summary>
    public Task<bool> PutAsync(string blob, ReadOnlyMemory<byte> content, ETag? ifMatch, CancellationToken cancellationToken) => _errors.GuardAsync(
        async () =>
        {
            try
            {
                BlobUploadOptions options = new() { Conditions = ifMatch is null ? null : new BlobRequestConditions { IfMatch = ifMatch } };
                await client.GetBlockBlobClient(blob).UploadAsync(BinaryData.FromBytes(content).ToStream(), options, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (RequestFailedException failed) when (failed.Status == 412 || failed.ErrorCode == BlobErrorCode.InvalidBlobType)
            {
                return false;
            }
        },
        cancellationToken);

    /// <summary>Writes a block blob of any length; nobody sees a part of it.</summary>
    public Task UploadAsync(string blob, Stream content, CancellationToken cancellationToken) => _errors.GuardAsync(
        () => client.GetBlobClient(blob).UploadAsync(
            content,
            new BlobUploadOptions
            {
                TransferOptions = new StorageTransferOptions { InitialTransferSize = BlockSize, MaximumTransferSize = BlockSize, MaximumConcurrency = 4 },
            },
            cancellationToken),
        cancellationToken);

    /// <summary>Makes an empty append blob, unless there is a blob.</summary>
    public Task CreateAppendAsync(string blob, long start, CancellationToken cancellationToken) => _errors.GuardAsync<object?>(
        async () =>
        {
            try
            {
                AppendBlobCreateOptions options = new()
                {
                    Metadata = new Dictionary<string, string> { [StartName] = $"{start}" },
                    Conditions = new AppendBlobRequestConditions { IfNoneMatch = ETag.All },
                };
                await client.GetAppendBlobClient(blob).CreateAsync(options, cancellationToken).ConfigureAwait(false);
            }
            catch (RequestFailedException failed) when (failed.Status == 412 || failed.ErrorCode == BlobErrorCode.BlobAlreadyExists)
            {
            }

            return null;
        },
        cancellationToken);

    /// <summary>Appends a block at just that position.</summary>
    public Task<BlockOutcome> AppendAsync(string blob, long position, ReadOnlyMemory<byte> block, CancellationToken cancellationToken) =>
        _errors.GuardAsync<BlockOutcome>(
            async () =>
            {
                StrongBox<int> tries = new();
                using IDisposable counted = TriesPolicy.Count(tries);
                try
                {
                    AppendBlobAppendBlockOptions options = new() { Conditions = new AppendBlobRequestConditions { IfAppendPositionEqual = position } };
                    Response<BlobAppendInfo> appended = await client.GetAppendBlobClient(blob)
                        .AppendBlockAsync(BinaryData.FromBytes(block).ToStream(), options, cancellationToken).ConfigureAwait(false);
                    return new BlockOutcome.Appended(appended.Value.BlobCommittedBlockCount);
                }
                catch (RequestFailedException failed) when (failed.Status == 412)
                {
                    return new BlockOutcome.Elsewhere(tries.Value > 1);
                }
                catch (RequestFailedException failed) when (failed.ErrorCode == BlobErrorCode.BlobNotFound)
                {
                    return new BlockOutcome.NotThere();
                }
                catch (RequestFailedException failed) when (failed.ErrorCode == BlobErrorCode.InvalidBlobType)
                {
                    return new BlockOutcome.OtherKind();
                }
            },
            cancellationToken);

    /// <summary>What a blob is, or null when there is none.</summary>
    public Task<FoundBlob?> FindAsync(string blob, CancellationToken cancellationToken) => _errors.GuardAsync(
        async () =>
        {
            try
            {
                BlobProperties found = await client.GetBlobBaseClient(blob).GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
                return new FoundBlob(
                    found.ContentLength, found.ETag, found.BlobCommittedBlockCount,
                    found.Metadata.TryGetValue(StartName, out string? start) ? long.Parse(start) : 0);
            }
            catch (RequestFailedException failed) when (IsNotThere(failed))
            {
                return null;
            }
        },
        cancellationToken);

    /// <summary>Reads into a buffer; 0 past the end, null when there is none.</summary>
    public Task<int?> ReadAsync(string blob, long offset, Memory<byte> buffer, CancellationToken cancellationToken) => _errors.GuardAsync<int?>(
        async () =>
        {
            if (buffer.Length == 0)
            {
                return 0;
            }

            try
            {
                BlobDownloadOptions options = new() { Range = new HttpRange(offset, Math.Min(buffer.Length, BlockSize)) };
                using BlobDownloadStreamingResult found = await client.GetBlobBaseClient(blob).DownloadStreamingAsync(options, cancellationToken).ConfigureAwait(false);
                return await found.Content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            }
            catch (RequestFailedException failed) when (failed.Status == 416)
            {
                return 0;
            }
            catch (RequestFailedException failed) when (IsNotThere(failed))
            {
                return null;
            }
        },
        cancellationToken);

    /// <summary>Opens a blob that does not change any more; the stream can seek. Null when there is none.</summary>
    public Task<Stream?> OpenAsync(string blob, CancellationToken cancellationToken) => _errors.GuardAsync(
        async () =>
        {
            try
            {
                return await client.GetBlobClient(blob).OpenReadAsync(new BlobOpenReadOptions(allowModifications: false) { BufferSize = BlockSize }, cancellationToken).ConfigureAwait(false);
            }
            catch (RequestFailedException failed) when (IsNotThere(failed))
            {
                return null;
            }
        },
        cancellationToken);

    /// <summary>Deletes a blob. Idempotent.</summary>
    public Task DeleteAsync(string blob, CancellationToken cancellationToken) => _errors.GuardAsync(
        async () =>
        {
            try
            {
                return await client.GetBlobBaseClient(blob).DeleteAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            }
            catch (RequestFailedException failed) when (IsNotThere(failed))
            {
                return failed.GetRawResponse();
            }
        },
        cancellationToken);

    /// <summary>Copies a blob within the account. False when it is not there.</summary>
    public Task<bool> CopyAsync(string from, string to, CancellationToken cancellationToken) => _errors.GuardAsync(
        async () =>
        {
            try
            {
                CopyFromUriOperation copying = await client.GetBlobBaseClient(to)
                    .StartCopyFromUriAsync(client.GetBlobBaseClient(from).Uri, cancellationToken: cancellationToken).ConfigureAwait(false);
                await copying.WaitForCompletionAsync(cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (RequestFailedException failed) when (IsNotThere(failed))
            {
                return false;
            }
        },
        cancellationToken);

    /// <summary>The names of the blobs below a prefix.</summary>
    public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken) => PagesAsync(
        client.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, cancellationToken), static blob => blob.Name, cancellationToken);

    /// <summary>The folders below a prefix, a slash at their end.</summary>
    public IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken) => PagesAsync(
        client.GetBlobsByHierarchyAsync(new GetBlobsByHierarchyOptions { Prefix = prefix, Delimiter = "/" }, cancellationToken),
        static item => item.IsPrefix ? item.Prefix : null,
        cancellationToken);

    private async IAsyncEnumerable<string> PagesAsync<T>(
        AsyncPageable<T> items, Func<T, string?> name, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : notnull
    {
        IAsyncEnumerator<Page<T>> pages = items.AsPages().GetAsyncEnumerator(cancellationToken);
        await using (pages.ConfigureAwait(false))
        {
            while (await _errors.GuardAsync(() => pages.MoveNextAsync().AsTask(), cancellationToken).ConfigureAwait(false))
            {
                foreach (T item in pages.Current.Values)
                {
                    if (name(item) is { } found)
                    {
                        yield return found;
                    }
                }
            }
        }
    }

    /// <summary>An answer without a body does not say what is not there, unless it is the container.</summary>
    private static bool IsNotThere(RequestFailedException failed) => failed.Status == 404 && failed.ErrorCode != BlobErrorCode.ContainerNotFound;
}

/// <summary>What a blob is.</summary>
/// <param name="Length">Its length in bytes.</param>
/// <param name="ETag">Of its present content.</param>
/// <param name="Blocks">How many blocks were appended to it.</param>
/// <param name="Start">Where in its stream it begins.</param>
internal sealed record FoundBlob(long Length, ETag ETag, int Blocks, long Start);

/// <summary>What became of a block that was to be appended.</summary>
internal abstract record BlockOutcome
{
    private BlockOutcome()
    {
    }

    /// <summary>It is there, and the blob has so many blocks.</summary>
    public sealed record Appended(int Blocks) : BlockOutcome;

    /// <summary>The blob ends elsewhere; when the request was sent more than once, maybe by this very block.</summary>
    public sealed record Elsewhere(bool MayBeOwn) : BlockOutcome;

    /// <summary>There is no such blob.</summary>
    public sealed record NotThere : BlockOutcome;

    /// <summary>It is one that was written whole.</summary>
    public sealed record OtherKind : BlockOutcome;
}
