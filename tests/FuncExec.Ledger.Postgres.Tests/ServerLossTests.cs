using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Ledger.Postgres.Tests;

/// <summary>The server is killed beneath an open ledger and blob store, and comes back.</summary>
public sealed class ServerLossTests
{
    private static readonly CancellationToken s_never = CancellationToken.None;

    [Fact]
    public async Task Calls_say_that_the_store_failed_and_what_was_answered_is_there_when_it_is_back()
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        string where = await server.CreateDatabaseAsync();
        await using PostgresJobLedger ledger = new(where, "Hub", new JobSignals(), TimeProvider.System, NullLoggerFactory.Instance);
        await using PostgresBlobStore blobs = new(where, "Hub", TimeProvider.System, NullLoggerFactory.Instance);
        await ledger.OpenAsync(s_never);
        await blobs.OpenAsync(s_never);
        var blob = new BlobName("job1", "out");
        await CreateAsync(ledger, "job1");
        await blobs.WriteAsync(blob, "kept"u8.ToArray(), s_never);

        await server.KillAsync();
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => ledger.GetJobAsync("job1", s_never));
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => CreateAsync(ledger, "job2"));
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => blobs.GetLengthAsync(blob, s_never));
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => blobs.AppendAsync(blob, 4, "more"u8.ToArray(), s_never));

        await server.StartAgainAsync();
        Assert.NotNull(await ledger.GetJobAsync("job1", s_never));
        Assert.Equal(4, await blobs.GetLengthAsync(blob, s_never));
        Assert.IsType<CreateJobOutcome.Created>(await CreateAsync(ledger, "job2"));
        Assert.True((await blobs.AppendAsync(blob, 4, "more"u8.ToArray(), s_never)).IsAppended);
    }

    private static Task<CreateJobOutcome> CreateAsync(PostgresJobLedger ledger, string id) =>
        ledger.CreateJobAsync(new NewJob { Id = id, Name = "nightly", Steps = [new NewStep("s0", 1)] }, int.MaxValue, s_never);
}
