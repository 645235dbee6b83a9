using System.Security.Cryptography;
using System.Text;

namespace FuncExec.LedgerContract;

/// <summary>What every blob store must do: each sentence of <see cref="IBlobStore"/>, as a test.</summary>
public abstract partial class BlobStoreContract(IBlobFixture fixture) : IAsyncLifetime
{
    private static readonly CancellationToken s_never = CancellationToken.None;

    private BlobPlace? _place;
    private IBlobStore? _store;

    /// <summary>The place of this test.</summary>
    protected BlobPlace Place => _place!;

    /// <summary>The open store.</summary>
    protected IBlobStore Store => _store!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _place = await fixture.NewPlaceAsync();
        await OpenAsync();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await Store.DisposeAsync();
        await Place.DisposeAsync();
    }

    /// <summary>Closes the store and opens it again, as the next process would.</summary>
    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        await OpenAsync();
    }

    /// <summary>Bytes that differ by their seed.</summary>
    protected static byte[] Noise(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A whole blob, or null.</summary>
    protected async Task<byte[]?> ReadAsync(BlobName name)
    {
        if (await Store.GetLengthAsync(name, s_never) is not { } length)
        {
            return null;
        }

        byte[] content = new byte[length];
        int read = 0;
        while (await Store.ReadAsync(name, read, content.AsMemory(read), s_never) is > 0 and int more)
        {
            read += more;
        }

        Assert.Equal(length, read);
        return content;
    }

    /// <summary>A job's content, or null.</summary>
    protected async Task<byte[]?> ReadContentAsync(string job, string hash)
    {
        await using Stream? stream = await Store.OpenContentAsync(job, hash, s_never);
        if (stream is null)
        {
            return null;
        }

        var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    /// <summary>Stores content that must fit.</summary>
    protected async Task<ContentId> PutAsync(string job, byte[] content) =>
        Assert.IsType<ContentId>(await Store.PutContentAsync(job, new MemoryStream(content), long.MaxValue, s_never));

    /// <summary>The jobs that have something, in order.</summary>
    protected async Task<List<string>> ListJobsAsync()
    {
        var jobs = new List<string>();
        await foreach (string job in Store.ListJobsAsync(s_never))
        {
            jobs.Add(job);
        }

        jobs.Sort(StringComparer.Ordinal);
        return jobs;
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private async Task OpenAsync()
    {
        _store = Place.CreateStore();
        await Store.OpenAsync(s_never);
    }
}
