using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Azure.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Ledger.Azure.Tests;

/// <summary>What a wrong account, key, signature, clock, identity or table is answered by.</summary>
[Collection(AzuriteTablesCollection.Name)]
public sealed class TableErrorTests(AzuriteTables azurite)
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
            $"TableEndpoint={azurite.Address}devstoreaccount1;SharedAccessSignature=sv=2021-12-02&ss=t&srt=sco&sp=rwdlacu&se=2020-01-01T00:00:00Z&sig=c2VjcmV0c2VjcmV0");

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
    public async Task An_account_that_is_not_there_is_said_with_its_address()
    {
        LedgerStartException refused = await RefusedAsync(Azurite.ConnectionString(new Uri("http://127.0.0.1:1")));

        Assert.Contains("http://127.0.0.1:1 did not answer: Connection refused", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_somebody_deleted_is_named_and_nothing_is_taken_for_gone()
    {
        string table = AzuriteTables.NewTable();
        await using AzureJobLedger ledger = New(azurite.Open(), table);
        await ledger.OpenAsync(default);
        NewJob job = new() { Id = "job", Steps = [new NewStep("s", 1)] };
        await ledger.CreateJobAsync(job, 10, default);
        await azurite.Open().DeleteTableAsync(table);

        foreach (Func<Task> call in (Func<Task>[])
        [
            () => ledger.GetJobAsync("job", default),
            () => ledger.BeginJobAsync("job", default),
            () => ledger.CreateJobAsync(job, 10, default),
            () => ledger.ListJobsAsync(new JobFilter(), null, 10, default),
            () => ledger.GetTotalsAsync(default),
            () => ledger.BeginNodeAsync(new NodeLife("node", "node"), TimeSpan.FromSeconds(10), default),
        ])
        {
            LedgerUnavailableException failed = await Assert.ThrowsAsync<LedgerUnavailableException>(call);
            Assert.Contains("Somebody has deleted the table", failed.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_table_of_a_later_version_is_refused()
    {
        string name = AzuriteTables.NewTable();
        LedgerTable table = new(azurite.Open().GetTableClient(name));
        await using AzureJobLedger ledger = New(azurite.Open(), name);
        await ledger.OpenAsync(default);
        await table.PutAsync(new TableRow("V", "0", LedgerJson.Write(new VersionData(9), LedgerJson.Default.VersionData)), default);

        await using AzureJobLedger next = New(azurite.Open(), name);
        LedgerStartException refused = await Assert.ThrowsAsync<LedgerStartException>(() => next.OpenAsync(default));

        Assert.Contains("has version 9; this program knows versions up to 1.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_that_is_not_there_is_said_with_what_to_do()
    {
        AzureStorageAccount account = AzureStorageAccount.OfName("nobody", new NoIdentity());
        await using AzureJobLedger ledger = New(account.OpenTables(), "funcexec");
        await using AzureBlobStore blobs = new(account, "funcexec");

        LedgerStartException refused = await Assert.ThrowsAsync<LedgerStartException>(() => ledger.OpenAsync(default));
        LedgerStartException blobsRefused = await Assert.ThrowsAsync<LedgerStartException>(() => blobs.OpenAsync(default));

        Assert.StartsWith("No identity was found for the storage account 'nobody': Nobody is signed in.", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'Storage Table Data Contributor'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'Storage Blob Data Contributor'", blobsRefused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("AccountName=a")]
    [InlineData("AccountName=abc;AccountKey=%%%;EndpointSuffix=core.windows.net;DefaultEndpointsProtocol=https")]
    [InlineData("UseDevelopmentStorage=maybe")]
    public void What_is_no_connection_string_is_refused_without_telling_it(string text)
    {
        FormatException refused = Assert.Throws<FormatException>(() => AzureStorageAccount.Parse(text));

        Assert.StartsWith("It is no connection string of a storage account: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("%%%", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Accounts_are_named_by_string_name_or_addresses()
    {
        Assert.Equal("http://127.0.0.1:10002/devstoreaccount1", AzureStorageAccount.Parse("UseDevelopmentStorage=true").OpenTables().Uri.AbsoluteUri);
        Assert.Equal("http://127.0.0.1:10000/devstoreaccount1", AzureStorageAccount.Parse("UseDevelopmentStorage=true").OpenBlobs().Uri.AbsoluteUri);
        Assert.Equal("https://abc.table.core.windows.net/", AzureStorageAccount.OfName("abc", null).OpenTables().Uri.AbsoluteUri);
        Assert.Equal(
            "https://abc.blob.core.example/",
            AzureStorageAccount.OfAddresses(new Uri("https://abc.table.core.example"), new Uri("https://abc.blob.core.example"), null).OpenBlobs().Uri.AbsoluteUri);
        Assert.Throws<FormatException>(() => AzureStorageAccount.OfName("A-b", null));
        Assert.Throws<FormatException>(() => AzureStorageAccount.OfAddresses(new Uri("http://abc"), new Uri("https://abc"), null));
    }

    private static AzureJobLedger New(TableServiceClient service, string table) =>
        new(service, table, new JobSignals(), TimeProvider.System, NullLogger<AzureJobLedger>.Instance, LedgerLimits.Default);

    private static async Task<LedgerStartException> RefusedAsync(string connectionString)
    {
        TableClientOptions options = LedgerTable.Options();
        options.Retry.Delay = options.Retry.MaxDelay = TimeSpan.FromMilliseconds(1);
        await using AzureJobLedger ledger = New(new TableServiceClient(connectionString, options), AzuriteTables.NewTable());
        return await Assert.ThrowsAsync<LedgerStartException>(() => ledger.OpenAsync(default));
    }

    private sealed class NoIdentity : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new CredentialUnavailableException("Nobody is signed in.\nLook here and there.");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new CredentialUnavailableException("Nobody is signed in.\nLook here and there.");
    }
}
