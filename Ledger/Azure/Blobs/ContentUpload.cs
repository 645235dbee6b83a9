using System.Security.Cryptography;

namespace FuncExec.Ledger.Azure.Blobs;

/// <summary>
/// Content on its way: kept in a file of this machine until its hash, which is its name, is known, then uploaded. Nobody
/// sees a part of it.
/// </summary>
internal sealed class ContentUpload : IAsyncDisposable
{
    private readonly FileStream _file;

    private ContentUpload(FileStream file) => _file = file;

    public string Hash { get; private set; } = "";

    public long Size => _file.Length;

    /// <summary>Takes content in; null when there is more than the limit.</summary>
    public static async Task<ContentUpload?> ReadAsync(Stream content, long limit, CancellationToken cancellationToken)
    {
        ContentUpload upload = new(new FileStream(
            Path.Combine(Path.GetTempPath(), $"funcexec-{Guid.NewGuid():N}"),
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous }));
        try
        {
            if (await upload.FillAsync(content, limit, cancellationToken).ConfigureAwait(false))
            {
                return upload;
            }
        }
        catch
        {
            await upload.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await upload.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>Sends it.</summary>
    public Task SendAsync(BlobContainer container, string blob, CancellationToken cancellationToken)
    {
        _file.Position = 0;
        return container.UploadAsync(blob, _file, cancellationToken);
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private async Task<bool> FillAsync(Stream content, long limit, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[128 * 1024];
        int length;
        while ((length = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (length > limit - _file.Position)
            {
                return false;
            }

            hash.AppendData(buffer.AsSpan(0, length));
            await _file.WriteAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        Hash = Convert.ToHexStringLower(hash.GetHashAndReset());
        return true;
    }
}
