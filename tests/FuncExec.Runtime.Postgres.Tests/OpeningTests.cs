using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Postgres.Schema;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Tests;

/// <summary>Starts: many at once, with few rights, over what is newer or another's, with settings that are wrong.</summary>
public sealed class OpeningTests(PostgresHubTests.Fixture fixture) : IClassFixture<PostgresHubTests.Fixture>
{
    private PostgresServer Server => fixture.Server;

    [Fact]
    public async Task Many_nodes_start_over_an_empty_database_at_once()
    {
        string database = new NpgsqlConnectionStringBuilder(await Server.CreateDatabaseAsync()).Database!;
        IHub[] hubs = [.. Enumerable.Range(0, 8).Select(_ => Make(Server.ConnectionString(database)))];
        await Task.WhenAll(hubs.Select(static hub => hub.OpenAsync(default)));

        long[] sessions = await Task.WhenAll(hubs.Select(static hub => hub.OpenSessionAsync()));

        Assert.Equal(8, sessions.Distinct().Count());
        await DisposeAsync(hubs);
    }

    [Fact]
    public async Task Hubs_of_one_database_do_not_see_each_other()
    {
        string connectionString = await Server.CreateDatabaseAsync();
        IHub[] hubs = [Make(connectionString, "One"), Make(connectionString, "two-2")];
        foreach (IHub hub in hubs)
        {
            await hub.OpenAsync(default);
            await hub.StartAsync("same", await hub.OpenSessionAsync());
        }

        await DisposeAsync(hubs);
    }

    [Fact]
    public async Task A_role_that_owns_its_schema_alone_suffices()
    {
        string connectionString = await Server.CreateDatabaseAsync();
        string database = new NpgsqlConnectionStringBuilder(connectionString).Database!;
        string role = "r" + Guid.NewGuid().ToString("N");
        await Server.ExecuteAsync($"CREATE ROLE {role} LOGIN; REVOKE ALL ON DATABASE {database} FROM PUBLIC; GRANT CONNECT ON DATABASE {database} TO {role}");
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Username = role };

        await using (IHub none = Make(settings.ConnectionString))
        {
            HubStartException refusal = await Assert.ThrowsAsync<HubStartException>(() => none.OpenAsync(default));
            Assert.Contains($"CREATE SCHEMA funcexec_hub AUTHORIZATION {role}", refusal.Message, StringComparison.Ordinal);
        }

        await Server.ExecuteAsync($"CREATE SCHEMA funcexec_hub AUTHORIZATION {role}", database);
        await using IHub hub = Make(settings.ConnectionString);
        await hub.OpenAsync(default);
        await hub.StartAsync("a", await hub.OpenSessionAsync());
    }

    [Fact]
    public async Task A_newer_schema_is_refused()
    {
        await using PostgresPlace place = await PostgresPlace.CreateAsync(Server);
        await place.ExecuteAsync("UPDATE funcexec_versions SET version = 99, needs = 99");
        await using IHub hub = place.CreateHub();

        HubStartException refusal = await Assert.ThrowsAsync<HubStartException>(() => hub.OpenAsync(default));

        Assert.Contains("version 99", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"up to {HubKind.Instance.Steps.Count}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_the_schema_has_left_behind_gets_no_session_even_if_it_had_looked_before()
    {
        await using PostgresPlace place = await PostgresPlace.CreateAsync(Server);
        await using IHub hub = place.CreateHub();
        await hub.OpenAsync(default);
        long session = await hub.OpenSessionAsync();

        // A newer program brings the schema forward this moment; it has waited for the session to end.
        await hub.CloseSessionAsync(session, default);
        await using NpgsqlConnection newer = new(Server.ConnectionString() + $";Search Path={place.Schema}");
        await newer.OpenAsync();
        await using NpgsqlTransaction migration = await newer.BeginTransactionAsync();
        await using (var step = new NpgsqlCommand("LOCK TABLE hub_sessions IN SHARE ROW EXCLUSIVE MODE; UPDATE funcexec_versions SET version = 3, needs = 2 WHERE store = 'hub'", newer))
        {
            await step.ExecuteNonQueryAsync();
        }

        Task<long> opening = hub.OpenSessionAsync();
        while (!await Server.ReadAsync<bool>($"SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = '{place.Schema}.hub_sessions'::regclass)"))
        {
            await Task.Delay(10);
        }

        await migration.CommitAsync();
        HubRejectedException refusal = await Assert.ThrowsAsync<HubRejectedException>(() => opening);
        Assert.Contains("knows version 1 of the hub's schema, which needs version 2", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_of_something_else_is_refused()
    {
        string connectionString = await Server.CreateDatabaseAsync();
        await Server.ExecuteAsync(
            "CREATE SCHEMA funcexec_hub; CREATE TABLE funcexec_hub.theirs(n int)", new NpgsqlConnectionStringBuilder(connectionString).Database!);
        await using IHub hub = Make(connectionString);

        HubStartException refusal = await Assert.ThrowsAsync<HubStartException>(() => hub.OpenAsync(default));

        Assert.Contains("funcexec_hub", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no words", "connection string cannot be read")]
    [InlineData("Host=127.0.0.1;Port=1;Nonsense=1", "nonsense")]
    [InlineData("Username=u", "Host=")]
    [InlineData("Host=db.example.org;SSL Mode=Disable", "SSL Mode=VerifyFull")]
    public void Connection_strings_that_are_wrong_end_the_start_with_what_to_do(string connectionString, string part)
    {
        HubStartException refusal = Assert.Throws<HubStartException>(() => Make(connectionString));
        Assert.Contains(part, refusal.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Settings_that_are_wrong_are_named()
    {
        Assert.Contains("'partitionCount'", Refuse(new HubContextSettings { ["partitionCount"] = "4" }), StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__Elsewhere", Refuse(new HubContextSettings { ["ConnectionStringName"] = "Elsewhere" }), StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__PostgreSQL", Refuse([]), StringComparison.Ordinal);
        Assert.Contains(
            "hubName", Assert.Throws<HubStartException>(() => Make("Host=127.0.0.1", new string('h', 55))).Message, StringComparison.Ordinal);
    }

    private static string Refuse(HubContextSettings settings) => Assert.Throws<HubStartException>(() => new PostgresHubProvider().Create(new HubContext
    {
        DataDirectory = "",
        HubName = "hub",
        Settings = settings,
        LoggerFactory = NullLoggerFactory.Instance,
    })).Message;

    private static IHub Make(string connectionString, string name = "hub") => new PostgresHubProvider().Create(new HubContext
    {
        DataDirectory = "",
        HubName = name,
        GetConnectionString = _ => connectionString,
        LoggerFactory = NullLoggerFactory.Instance,
    });

    private static async Task DisposeAsync(IHub[] hubs)
    {
        foreach (IHub hub in hubs)
        {
            await hub.DisposeAsync();
        }
    }

    private sealed class HubContextSettings : Dictionary<string, string>;
}
