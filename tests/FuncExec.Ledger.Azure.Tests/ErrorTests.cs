using Azure.Storage.Blobs;
using FuncExec.Ledger.Azure.Blobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FuncExec.Ledger.Azure.Tests;

/// <summary>What a wrong account, key, signature, clock or container is answered by.</summary>
[Collection(AzuriteCollection.Name)]
public sealed class ErrorTests(Azurite azurite)
{
    [Fact]
    public async Task A_wrong_key_ends_the_start_and_is_named_without_telling_it()
    {
        string key = Convert.ToBase64String(new byte[64]);

        LedgerStartException refused = await RefusedAsync(Azurite.ConnectionString(azurite.Address, key));

        Assert.Contains("'devstoreaccount1' answered 403", refused.Message, StringComparison.Ordinal);
        Assert.Contains("The account key does not fit", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_that_has_expired_is_named_without_telling_it()
    {
        LedgerStartException refused = await RefusedAsync(
            $"BlobEndpoint={azurite.Address}devstoreaccount1;SharedAccessSignature=sv=2021-12-02&ss=b&srt=sco&sp=rwdlac&se=2020-01-01T00:00:00Z&sig=c2VjcmV0c2VjcmV0");

        Assert.Contains("shared access signature has expired", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_is_off_is_named()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using WebApplication service = builder.Build();
        service.Run(static context =>
        {
            context.Response.StatusCode = 403;
            context.Response.Headers.Date = DateTimeOffset.UtcNow.AddHours(1).ToString("R");
            context.Response.Headers["x-ms-error-code"] = "AuthenticationFailed";
            return Task.CompletedTask;
        });
        await service.StartAsync();

        LedgerStartException refused = await RefusedAsync(Azurite.ConnectionString(new Uri(service.Urls.Single())));

        Assert.Contains("set the clock", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_said_with_the_address()
    {
        LedgerStartException refused = await RefusedAsync(Azurite.ConnectionString(new Uri("http://127.0.0.1:1")));

        Assert.Contains("http://127.0.0.1:1 did not answer: Connection refused", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_that_somebody_deleted_is_named_and_nothing_is_taken_for_there()
    {
        string container = azurite.NewContainer();
        BlobName name = new("job", "a");
        await using AzureBlobStore store = new(azurite.Open(), container, null);
        await store.OpenAsync(default);
        await store.AppendAsync(name, 0, "x"u8.ToArray(), default);
        await azurite.Open().GetBlobContainerClient(container).DeleteAsync();

        foreach (Func<Task> call in (Func<Task>[])
        [
            () => store.ReadAsync(name, 0, new byte[1], default),
            () => store.AppendAsync(name, 1, "x"u8.ToArray(), default),
            () => store.AppendAsync(name, 0, "x"u8.ToArray(), default),
            () => store.WriteAsync(name, "x"u8.ToArray(), default),
            () => store.DeleteJobAsync("job", default),
            () => store.PutContentAsync("job", new MemoryStream([1]), 1, default),
        ])
        {
            LedgerUnavailableException failed = await Assert.ThrowsAsync<LedgerUnavailableException>(call);
            Assert.Contains("container", failed.Message, StringComparison.OrdinalIgnoreCase);
        }

        await store.OpenAsync(default);
        Assert.Equal(new AppendOutcome(true, 1), await store.AppendAsync(name, 0, "x"u8.ToArray(), default));
    }

    private async Task<LedgerStartException> RefusedAsync(string connectionString)
    {
        BlobClientOptions options = BlobContainer.Options();
        options.Retry.Delay = options.Retry.MaxDelay = TimeSpan.FromMilliseconds(1);
        await using AzureBlobStore store = new(new BlobServiceClient(connectionString, options), azurite.NewContainer(), null);
        return await Assert.ThrowsAsync<LedgerStartException>(() => store.OpenAsync(default));
    }
}
