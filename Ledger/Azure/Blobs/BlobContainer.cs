using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Xml.Linq;
using Azure.Core;
using FuncExec.Ledger.Azure.Client;

namespace FuncExec.Ledger.Azure.Blobs;

/// <summary>A container of blobs: the requests of the protocol, one each.</summary>
internal sealed class BlobContainer(StorageClient client, string name)
{
    /// <summary>Of a block, and of what is read at once.</summary>
    public const int BlockSize = 4 * 1024 * 1024;

    private static readonly (string, string)[] s_none = [];

    private readonly Uri _address = new($"{client.Account.Blobs}/{name}");

    public string Name => name;

    /// <summary>Makes it, unless it is there.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        using StorageAnswer answer = await client.SendAsync(RequestMethod.Put, new Uri($"{_address}?restype=container"), s_none, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        if (answer.Status != 201 && answer.Code != "ContainerAlreadyExists")
        {
            throw Unexpected(_address, answer);
        }
    }

    /// <summary>Writes a block blob, whole. False when there is one of another kind, or the condition does not hold.</summary>
    public async Task<bool> PutAsync(string blob, ReadOnlyMemory<byte> content, string? ifMatch, CancellationToken cancellationToken)
    {
        List<(string, string)> headers = [("x-ms-blob-type", "BlockBlob")];
        if (ifMatch is not null)
        {
            headers.Add(("If-Match", ifMatch));
        }

        using StorageAnswer answer = await client.SendAsync(RequestMethod.Put, Address(blob), headers, content, cancellationToken).ConfigureAwait(false);
        return answer.Status == 201 || (answer is { Status: 409, Code: "InvalidBlobType" } or { Status: 412 } ? false : throw Unexpected(Address(blob), answer));
    }

    /// <summary>Makes an empty append blob, unless there is a blob.</summary>
    public async Task CreateAppendAsync(string blob, long start, CancellationToken cancellationToken)
    {
        (string, string)[] headers =
        [
            ("x-ms-blob-type", "AppendBlob"), ("If-None-Match", "*"), ("x-ms-meta-start", start.ToString(CultureInfo.InvariantCulture)),
        ];
        using StorageAnswer answer = await client.SendAsync(RequestMethod.Put, Address(blob), headers, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        if (answer.Status is not (201 or 409 or 412) || answer.Code.StartsWith("Container", StringComparison.Ordinal))
        {
            throw Unexpected(Address(blob), answer);
        }
    }

    /// <summary>Appends a block at just that position.</summary>
    public async Task<BlockOutcome> AppendAsync(string blob, long position, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        (string, string)[] headers = [("x-ms-blob-condition-appendpos", position.ToString(CultureInfo.InvariantCulture))];
        Uri address = new($"{Address(blob)}?comp=appendblock");
        using StorageAnswer answer = await client.SendAsync(RequestMethod.Put, address, headers, block, cancellationToken).ConfigureAwait(false);
        return answer switch
        {
            { Status: 201 } => new BlockOutcome.Appended((int)answer.Number("x-ms-blob-committed-block-count")),
            { Status: 412 } => new BlockOutcome.Elsewhere(answer.WasRepeated),
            { Status: 404, Code: "BlobNotFound" } => new BlockOutcome.NotThere(),
            { Status: 409, Code: "InvalidBlobType" } => new BlockOutcome.OtherKind(),
            _ => throw Unexpected(address, answer),
        };
    }

    /// <summary>What a blob is, or null when there is none.</summary>
    public async Task<BlobProperties?> FindAsync(string blob, CancellationToken cancellationToken)
    {
        using StorageAnswer answer = await client.SendAsync(RequestMethod.Head, Address(blob), s_none, null, cancellationToken).ConfigureAwait(false);
        return answer switch
        {
            { Status: 200 } => new BlobProperties(
                answer.Number("Content-Length"),
                answer.Header("ETag") ?? "",
                (int)answer.Number("x-ms-blob-committed-block-count"),
                answer.Number("x-ms-meta-start"),
                answer.Header("x-ms-copy-status")),
            { Status: 404, Code: not "ContainerNotFound" } => null,
            _ => throw Unexpected(Address(blob), answer),
        };
    }

    /// <summary>Reads into a buffer; 0 past the end, null when there is none.</summary>
    public async Task<int?> ReadAsync(string blob, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.Length == 0)
        {
            return 0;
        }

        long last = offset + Math.Min(buffer.Length, BlockSize) - 1;
        (string, string)[] headers = [("x-ms-range", string.Create(CultureInfo.InvariantCulture, $"bytes={offset}-{last}"))];
        using StorageAnswer answer = await client.SendAsync(RequestMethod.Get, Address(blob), headers, null, cancellationToken).ConfigureAwait(false);
        switch (answer)
        {
            case { Status: 200 or 206 }:
                answer.Body.CopyTo(buffer);
                return answer.Body.Length;
            case { Status: 416 }:
                return 0;
            case { Status: 404, Code: "BlobNotFound" }:
                return null;
            default:
                throw Unexpected(Address(blob), answer);
        }
    }

    /// <summary>Deletes a blob. Idempotent.</summary>
    public async Task DeleteAsync(string blob, CancellationToken cancellationToken)
    {
        using StorageAnswer answer = await client.SendAsync(RequestMethod.Delete, Address(blob), s_none, null, cancellationToken).ConfigureAwait(false);
        if (answer.Status is not (202 or 404) || answer.Code == "ContainerNotFound")
        {
            throw Unexpected(Address(blob), answer);
        }
    }

    /// <summary>Copies a blob within the account. False when it is not there.</summary>
    public async Task<bool> CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        (string, string)[] headers = [("x-ms-copy-source", Address(from).AbsoluteUri)];
        using StorageAnswer answer = await client.SendAsync(RequestMethod.Put, Address(to), headers, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        if (answer is { Status: 404, Code: not "ContainerNotFound" })
        {
            return false;
        }

        if (answer.Status != 202)
        {
            throw Unexpected(Address(to), answer);
        }

        string? status = answer.Header("x-ms-copy-status");
        while (status == "pending")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken).ConfigureAwait(false);
            status = (await FindAsync(to, cancellationToken).ConfigureAwait(false))?.CopyStatus;
        }

        return status is "success" or null ? true : throw new LedgerUnavailableException($"Copying '{from}' in the storage account ended as '{status}'.");
    }

    /// <summary>Uploads a block that is not part of the blob yet.</summary>
    public async Task PutBlockAsync(string blob, string blockId, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        Uri address = new($"{Address(blob)}?comp=block&blockid={Uri.EscapeDataString(blockId)}");
        using StorageAnswer answer = await client.SendAsync(RequestMethod.Put, address, s_none, block, cancellationToken).ConfigureAwait(false);
        if (answer.Status != 201)
        {
            throw Unexpected(address, answer);
        }
    }

    /// <summary>Makes a blob of uploaded blocks.</summary>
    public async Task PutBlocksAsync(string blob, IEnumerable<string> blockIds, CancellationToken cancellationToken)
    {
        XElement list = new("BlockList", blockIds.Select(static id => new XElement("Latest", id)));
        Uri address = new($"{Address(blob)}?comp=blocklist");
        using StorageAnswer answer = await client.SendAsync(
            RequestMethod.Put, address, s_none, Encoding.UTF8.GetBytes(list.ToString()), cancellationToken).ConfigureAwait(false);
        if (answer.Status != 201)
        {
            throw Unexpected(address, answer);
        }
    }

    /// <summary>The names of the blobs below a prefix, or, with a delimiter, the prefixes up to it.</summary>
    public async IAsyncEnumerable<string> ListAsync(
        string prefix, bool foldersOnly, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? marker = "";
        while (marker is not null)
        {
            string query = $"?restype=container&comp=list&prefix={Uri.EscapeDataString(prefix)}{(foldersOnly ? "&delimiter=%2F" : "")}"
                + (marker.Length == 0 ? "" : $"&marker={Uri.EscapeDataString(marker)}");
            using StorageAnswer answer = await client.SendAsync(RequestMethod.Get, new Uri(_address + query), s_none, null, cancellationToken).ConfigureAwait(false);
            if (answer.Status != 200)
            {
                throw Unexpected(_address, answer);
            }

            // A reader of the stream heeds the mark at its beginning.
            XDocument page = await XDocument.LoadAsync(new MemoryStream(answer.Body.ToArray()), LoadOptions.None, cancellationToken).ConfigureAwait(false);
            foreach (XElement item in page.Descendants(foldersOnly ? "BlobPrefix" : "Blob"))
            {
                yield return item.Element("Name")!.Value;
            }

            string next = page.Root!.Element("NextMarker")?.Value ?? "";
            marker = next.Length == 0 ? null : next;
        }
    }

    private Uri Address(string blob) => new($"{_address}/{Uri.EscapeDataString(blob).Replace("%2F", "/", StringComparison.Ordinal)}");

    private LedgerUnavailableException Unexpected(Uri address, StorageAnswer answer) =>
        new(StorageErrors.Explain(client.Account, address, answer));
}

/// <summary>What a blob is.</summary>
/// <param name="Length">Its length in bytes.</param>
/// <param name="ETag">Of its present content.</param>
/// <param name="Blocks">How many blocks were appended to it.</param>
/// <param name="Start">Where in its stream it begins.</param>
/// <param name="CopyStatus">How copying to it stands, or null.</param>
internal sealed record BlobProperties(long Length, string ETag, int Blocks, long Start, string? CopyStatus);

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
