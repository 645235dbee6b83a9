using FuncExec.Runtime.PostgresStore.Opening;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Runtime.PostgresStore.Tests;

/// <summary>
/// A schema of three releases: the second adds a column, beside which the first goes on; the third drops the one that the second no longer
/// needs, and the first does.
/// </summary>
[Collection(PostgresGroup.Name)]
public sealed class UpgradeTests(PostgresFixture fixture)
{
    private static readonly SchemaStep[] s_steps =
    [
        new("CREATE TABLE sessions(id int PRIMARY KEY, lives boolean NOT NULL, knows int NOT NULL); CREATE TABLE things(old int)", Needs: 1),
        new("ALTER TABLE things ADD COLUMN new int", Needs: 1),
        new("ALTER TABLE things DROP COLUMN old", Needs: 2),
    ];

    [Fact]
    public async Task What_is_added_comes_beside_living_older_nodes()
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        await using PostgresDatabase first = await OpenAsync(where, release: 1);
        await BeginAsync(first, session: 1, knows: 1);

        await using PostgresDatabase second = await OpenAsync(where, release: 2);
        await using PostgresDatabase another = await OpenAsync(where, release: 1);

        Assert.Equal((2, 1), await VersionAsync(another));
    }

    [Fact]
    public async Task What_older_nodes_need_is_not_taken_away_while_one_lives()
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        await using PostgresDatabase first = await OpenAsync(where, release: 1);
        await BeginAsync(first, session: 1, knows: 1);
        await BeginAsync(first, session: 2, knows: 2);

        var refusal = await Assert.ThrowsAsync<StartException>(() => OpenAsync(where, release: 3, TimeSpan.Zero));

        Assert.Contains("1 node is of a program version", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("needs version 2", refusal.Message, StringComparison.Ordinal);
        Assert.Equal((1, 1), await VersionAsync(first)); // Nothing is half done.

        await EndAsync(first, session: 1);
        await using PostgresDatabase third = await OpenAsync(where, release: 3, TimeSpan.Zero);
        Assert.Equal((3, 2), await VersionAsync(third));
        await using PostgresDatabase second = await OpenAsync(where, release: 2);
        Assert.Contains("version 2", (await Assert.ThrowsAsync<StartException>(() => OpenAsync(where, release: 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_waits_for_the_last_older_node_to_end()
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        await using PostgresDatabase first = await OpenAsync(where, release: 1);
        await BeginAsync(first, session: 1, knows: 1);

        Task<PostgresDatabase> starting = OpenAsync(where, release: 3, TimeSpan.FromMinutes(2));
        Assert.NotSame(starting, await Task.WhenAny(starting, LooksAgainAsync(first)));
        await EndAsync(first, session: 1);

        await using PostgresDatabase third = await starting;
        Assert.Equal((3, 2), await VersionAsync(third));
    }

    [Fact]
    public async Task A_later_step_that_needs_less_does_not_let_older_programs_in_again()
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        await using PostgresDatabase fourth = await OpenAsync(where, Kind([.. s_steps, new("ALTER TABLE things ADD COLUMN newer int", Needs: 1)]), TimeSpan.Zero);
        Assert.Equal((4, 2), await VersionAsync(fourth));
        await Assert.ThrowsAsync<StartException>(() => OpenAsync(where, release: 1));
    }

    /// <summary>Completes when a start has looked at the sessions more than once.</summary>
    private static async Task LooksAgainAsync(PostgresDatabase database)
    {
        for (int seen = 0; seen < 2; seen++)
        {
            long before = await StartsAsync(database);
            while (await StartsAsync(database) == before)
            {
                await Task.Delay(20);
            }
        }
    }

    /// <summary>How often connections have begun that are not of a pool: one for each look of a start.</summary>
    private static Task<long> StartsAsync(PostgresDatabase database) =>
        Databases.ReadAsync<long>(database, "SELECT sessions FROM pg_stat_database WHERE datname = current_database()");

    private static Task<PostgresDatabase> OpenAsync(string where, int release, TimeSpan? patience = null) => OpenAsync(where, Kind(s_steps[..release]), patience);

    private static async Task<PostgresDatabase> OpenAsync(string where, TestKind kind, TimeSpan? patience)
    {
        var database = new PostgresDatabase(where, "funcexec_test", 10, kind, TimeProvider.System, NullLoggerFactory.Instance)
        {
            StartPatience = patience ?? TimeSpan.FromMinutes(1),
        };
        try
        {
            await database.OpenAsync(default);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    private static TestKind Kind(SchemaStep[] steps) => new(steps, SessionRows: new SessionTable("sessions", "lives"));

    private static async Task BeginAsync(PostgresDatabase database, int session, int knows)
    {
        await using var command = database.Source.CreateCommand($"INSERT INTO sessions VALUES ({session}, true, {knows})");
        await command.ExecuteNonQueryAsync();
    }

    private static async Task EndAsync(PostgresDatabase database, int session)
    {
        await using var command = database.Source.CreateCommand($"UPDATE sessions SET lives = false WHERE id = {session}");
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<(int Version, int Needs)> VersionAsync(PostgresDatabase database) => (
        await Databases.ReadAsync<int>(database, "SELECT version FROM funcexec_versions"), await Databases.ReadAsync<int>(database, "SELECT needs FROM funcexec_versions"));
}
