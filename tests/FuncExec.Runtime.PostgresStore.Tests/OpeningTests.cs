using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace FuncExec.Runtime.PostgresStore.Tests;

[Collection(PostgresGroup.Name)]
public sealed class OpeningTests(PostgresFixture fixture)
{
    private static readonly SchemaStep s_first = new("CREATE TABLE numbers(n int PRIMARY KEY)", 1);

    [Fact]
    public async Task Many_nodes_start_at_once_and_migrate_once()
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        var kind = new TestKind([s_first, new("ALTER TABLE numbers ADD COLUMN name text", 1)]);
        PostgresDatabase[] nodes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Databases.OpenAsync(where, kind)));
        Assert.Equal(2, await Databases.ReadAsync<int>(nodes[0], "SELECT version FROM funcexec_versions WHERE store = 'test'"));
        foreach (PostgresDatabase node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Stores_of_one_schema_count_apart()
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        await using PostgresDatabase one = await Databases.OpenAsync(where);
        await using PostgresDatabase other = await Databases.OpenAsync(where, new TestKind([new("CREATE TABLE letters(l text)", 1), new("CREATE TABLE words(w text)", 1)], "other"));
        Assert.Equal("other 2, test 1", await Databases.ReadAsync<string>(one, "SELECT string_agg(store || ' ' || version, ', ' ORDER BY store) FROM funcexec_versions"));
    }

    [Fact]
    public async Task A_step_that_fails_leaves_the_version_before_it()
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        var broken = new TestKind([s_first, new("CREATE TABLE numbers(n int)", 1)]);
        Assert.Contains("numbers", (await Assert.ThrowsAsync<StartException>(() => Databases.OpenAsync(where, broken))).Message, StringComparison.Ordinal);
        await using PostgresDatabase mended = await Databases.OpenAsync(where, new TestKind([s_first]));
        Assert.Equal(1, await Databases.ReadAsync<int>(mended, "SELECT version FROM funcexec_versions"));
    }

    [Fact]
    public async Task An_older_program_works_with_a_newer_schema_that_allows_it()
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        await using PostgresDatabase newer = await Databases.OpenAsync(where, new TestKind([s_first, new("ALTER TABLE numbers ADD COLUMN name text", 1)]));
        await using PostgresDatabase older = await Databases.OpenAsync(where, new TestKind([s_first]));
        Assert.Equal(2, await Databases.ReadAsync<int>(older, "SELECT version FROM funcexec_versions"));
    }

    [Fact]
    public async Task An_older_program_is_refused_by_a_schema_that_needs_a_newer_one()
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        await using PostgresDatabase newer = await Databases.OpenAsync(where, new TestKind([s_first, new("DROP TABLE numbers", 2)]));
        var refusal = await Assert.ThrowsAsync<StartException>(() => Databases.OpenAsync(where, new TestKind([s_first])));
        Assert.Contains("version 2", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("newer", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_elses_schema_is_left_alone()
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        await fixture.Server.ExecuteAsync("CREATE SCHEMA funcexec_test; CREATE TABLE funcexec_test.theirs(x int)", Databases.NameOf(where));
        var refusal = await Assert.ThrowsAsync<StartException>(() => Databases.OpenAsync(where));
        Assert.Contains("something else", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_owns_only_its_schema_is_enough()
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        string role = "r" + Guid.NewGuid().ToString("N");
        await fixture.Server.ExecuteAsync($"CREATE ROLE {role} LOGIN; CREATE SCHEMA funcexec_test AUTHORIZATION {role}", Databases.NameOf(where));
        await using PostgresDatabase database = await Databases.OpenAsync(As(where, role));
        Assert.Equal(0L, await Databases.ReadAsync<long>(database, "SELECT count(*) FROM numbers"));
    }

    [Fact]
    public async Task A_role_without_rights_is_told_what_to_have_run()
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        string role = "r" + Guid.NewGuid().ToString("N");
        await fixture.Server.ExecuteAsync($"CREATE ROLE {role} LOGIN");
        var missing = await Assert.ThrowsAsync<StartException>(() => Databases.OpenAsync(As(where, role)));
        Assert.Contains($"CREATE SCHEMA funcexec_test AUTHORIZATION {role}", missing.Message, StringComparison.Ordinal);

        await (await Databases.OpenAsync(where)).DisposeAsync();
        var foreign = await Assert.ThrowsAsync<StartException>(() => Databases.OpenAsync(As(where, role)));
        Assert.Contains("ALTER SCHEMA funcexec_test OWNER", foreign.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_or_user_that_is_not_there_is_named()
    {
        var database = await Assert.ThrowsAsync<StartException>(() => Databases.OpenAsync(fixture.Server.ConnectionString("nowhere")));
        Assert.Contains("no such database", database.Message, StringComparison.Ordinal);
        var user = await Assert.ThrowsAsync<StartException>(() => Databases.OpenAsync(As(fixture.Server.ConnectionString(), "nobody_here")));
        Assert.Contains("does not let the user in", user.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_server_ends_the_start()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task closing = Task.Run(async () =>
        {
            while (true)
            {
                (await listener.AcceptTcpClientAsync()).Dispose();
            }
        });
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var refusal = await Assert.ThrowsAsync<StartException>(() => Databases.OpenAsync($"Host=127.0.0.1;Port={port};Username=u;Timeout=10"));
        Assert.Contains($"127.0.0.1:{port}", refusal.Message, StringComparison.Ordinal);
        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => closing);
    }

    private static string As(string connectionString, string role) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Username = role }.ConnectionString;
}
