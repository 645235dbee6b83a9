using System.Security.Cryptography;
using Azure.Storage.Blobs;
using FuncExec.Ledger.Azure.Blobs;
using Xunit.Abstractions;

namespace FuncExec.Ledger.Azure.Tests;

/// <summary>What goes wrong on the way is neither lost nor done twice.</summary>
[Collection(AzuriteCollection.Name)]
public sealed class FaultTests(Azurite azurite, ITestOutputHelper output)
{
    private const int Writers = 6;

    private static readonly int s_pieces = TestForm.IsLong ? 2_000 : 60;

    [Fact]
    public async Task Output_and_content_are_what_was_written()
    {
        int seed = TestForm.NewSeed();
        output.WriteLine($"FUNCEXEC_SEED={seed}");
        await using FaultyWay way = await FaultyWay.StartAsync(azurite.Address, seed, percent: 25);
        BlobClientOptions options = BlobContainer.Options();
        options.Retry.MaxRetries = 30;
        options.Retry.Delay = options.Retry.MaxDelay = TimeSpan.FromMilliseconds(1);
        await using AzureBlobStore store = new(new BlobServiceClient(Azurite.ConnectionString(way.Address), options), azurite.NewContainer(), maxBlocks: 25);
        await store.OpenAsync(default);

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            Random random = new(seed + writer);
            BlobName name = new($"job{writer}", "out");
            List<byte> written = [];
            for (int piece = 0; piece < s_pieces; piece++)
            {
                byte[] bytes = new byte[1 + random.Next(2_000)];
                random.NextBytes(bytes);
                Assert.Equal(new AppendOutcome(true, written.Count + bytes.Length), await store.AppendAsync(name, written.Count, bytes, default));
                written.AddRange(bytes);
            }

            Assert.Equal(written.Count, await store.GetLengthAsync(name, default));
            byte[] found = new byte[written.Count];
            for (int read = 0; read < found.Length;)
            {
                int more = await store.ReadAsync(name, read, found.AsMemory(read), default);
                Assert.True(more > 0);
                read += more;
            }

            Assert.Equal(written, found);
            byte[] content = new byte[9_000_000];
            random.NextBytes(content);
            ContentId id = (await store.PutContentAsync($"job{writer}", new MemoryStream(content), long.MaxValue, default))!;
            Assert.True(await store.ShareContentAsync($"job{writer}", $"copy{writer}", id.Hash, default));
            await using Stream stream = (await store.OpenContentAsync($"copy{writer}", id.Hash, default))!;
            Assert.Equal(id.Hash, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream)));
            await store.DeleteJobAsync($"job{writer}", default);
        })));

        List<string> jobs = [];
        await foreach (string job in store.ListJobsAsync(default))
        {
            jobs.Add(job);
        }

        Assert.Equal(Enumerable.Range(0, Writers).Select(static writer => $"copy{writer}"), jobs.Order(StringComparer.Ordinal));
        output.WriteLine($"{way.Faults} requests went wrong.");
        Assert.True(way.Faults > 100);
    }
}
