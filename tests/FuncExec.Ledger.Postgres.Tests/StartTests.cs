using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FuncExec.Ledger.Postgres.Tests;

/// <summary>What cannot be used ends the start, and says why.</summary>
[Collection(PostgresGroup.Name)]
public sealed class StartTests(PostgresFixture fixture)
{
    private static readonly CancellationToken s_never = CancellationToken.None;

    [Fact]
    public async Task A_database_or_user_that_is_not_there_is_named()
    {
        await RefuseAsync(fixture.Server.ConnectionString("nowhere"), "no such database");
        await RefuseAsync(As(fixture.Server.ConnectionString(), "nobody_here"), "does not let the user in");
    }

    [Fact]
    public void What_is_no_connection_string_is_refused_before_anything_connects() =>
        Assert.Throws<LedgerStartException>(() => Ledger("Nonsense"));

    [Fact]
    public async Task A_role_without_rights_is_told_what_to_have_run()
    {
        await using PostgresPlace place = await PostgresPlace.NewAsync(fixture.Server);
        string role = "r" + Guid.NewGuid().ToString("N");
        await fixture.Server.ExecuteAsync($"CREATE ROLE {role} LOGIN");
        await RefuseAsync(As(place.ConnectionString, role), $"CREATE SCHEMA funcexec_hub AUTHORIZATION {role}");
    }

    [Fact]
    public async Task A_schema_for_newer_programs_is_left_alone()
    {
        await using PostgresPlace place = await PostgresPlace.NewAsync(fixture.Server);
        await using (IJobLedger ledger = Ledger(place.ConnectionString))
        {
            await ledger.OpenAsync(s_never);
        }

        await fixture.Server.ExecuteAsync("UPDATE funcexec_hub.funcexec_versions SET version = 99, needs = 99 WHERE store = 'ledger'", place.Database);
        await RefuseAsync(place.ConnectionString, "version 99");
    }

    [Fact]
    public async Task A_program_that_the_schema_has_left_behind_begins_no_life_even_if_it_had_looked_before()
    {
        await using PostgresPlace place = await PostgresPlace.NewAsync(fixture.Server);
        await using IJobLedger ledger = Ledger(place.ConnectionString);
        await ledger.OpenAsync(s_never);
        await ledger.BeginNodeAsync(new NodeLife("first", "node"), TimeSpan.FromMinutes(1), s_never);
        await fixture.Server.ExecuteAsync("UPDATE funcexec_hub.funcexec_versions SET version = 2, needs = 2 WHERE store = 'ledger'", place.Database);

        Exception refusal = await Assert.ThrowsAnyAsync<Exception>(() => ledger.BeginNodeAsync(new NodeLife("second", "node"), TimeSpan.FromMinutes(1), s_never));

        Assert.Contains("knows version 1 of the ledger's schema, which needs version 2", refusal.ToString(), StringComparison.Ordinal);
    }

    private static async Task RefuseAsync(string connectionString, string because)
    {
        await using IJobLedger ledger = Ledger(connectionString);
        var ofLedger = await Assert.ThrowsAsync<LedgerStartException>(() => ledger.OpenAsync(s_never));
        Assert.Contains(because, ofLedger.Message, StringComparison.Ordinal);
        await using PostgresBlobStore blobs = new(connectionString, "Hub", TimeProvider.System, NullLoggerFactory.Instance);
        var ofBlobs = await Assert.ThrowsAsync<LedgerStartException>(() => blobs.OpenAsync(s_never));
        Assert.Contains(because, ofBlobs.Message, StringComparison.Ordinal);
    }

    private static PostgresJobLedger Ledger(string connectionString) =>
        new(connectionString, "Hub", new JobSignals(), TimeProvider.System, NullLoggerFactory.Instance);

    private static string As(string connectionString, string role) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Username = role }.ConnectionString;
}
