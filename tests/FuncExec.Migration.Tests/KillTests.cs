using FuncExec.Ledger;
using FuncExec.Ledger.Postgres;
using FuncExec.Ledger.Sqlite;
using FuncExec.Migration.Tests.Running;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres;
using FuncExec.Runtime.Sqlite;
using FuncExec.Service.Tests.Running;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace FuncExec.Migration.Tests;

/// <summary>
/// <c>funcexec migrate</c> is killed at random moments. Whatever it had done, no node takes what is not complete for complete, there
/// are never two places with data that a node starts over, and run again it comes to its end.
/// </summary>
public sealed class KillTests(PostgresFixture postgres, ITestOutputHelper output) : IClassFixture<PostgresFixture>
{
    private const int Jobs = 600;
    private const long Artifact = 12 * 1024 * 1024;
    private const int LinesOfProgress = 23;
    private static readonly int s_kills = TestForm.IsLong ? 100 : 8;
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(150);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Killed_anywhere_it_begins_anew_and_comes_to_its_end(bool toPostgres)
    {
        output.WriteLine($"FUNCEXEC_SEED={TestForm.Seed}");
        var random = new Random(TestForm.Seed);
        using var data = new DataDirectory();
        string database = await postgres.Server.CreateDatabaseAsync();
        await LargePlace.MakeAsync(data.Data, Jobs, Artifact);
        var places = toPostgres ? (Source: data.Data, Target: "postgresql") : (Source: "postgresql", Target: data.File("back"));
        if (!toPostgres)
        {
            (await Migrate.RunAsync(database, "--from", data.Data, "--to", "postgresql")).Counts();
        }

        List<string> states = [];
        for (int kill = 0; kill < s_kills; kill++)
        {
            using (Migrate migrate = Migrate.Start(database, null, "--from", places.Source, "--to", places.Target))
            {
                // Anywhere, and last of all where it is about to end.
                int lines = kill == s_kills - 1 ? LinesOfProgress : random.Next(LinesOfProgress);
                await migrate.WaitForLinesAsync(lines);
                await Task.Delay(s_longest * random.NextDouble());
                migrate.Kill();
                await migrate.WaitAsync();
                states.Add($"{lines} lines:");
            }

            Place source = await LookAsync(places.Source, database);
            Place target = await LookAsync(places.Target, database);
            states[^1] += $" {source} {target}";
            Assert.True(source is not Place.Empty, "The source lost what it had.");
            Assert.True(target is Place.Barred or Place.Empty || source is Place.Barred, $"Nodes start over both: {source}, {target}.");
            if (target is Place.Startable)
            {
                break; // It was killed after its end.
            }
        }

        output.WriteLine(string.Join('\n', states));
        if (await LookAsync(places.Target, database) is not Place.Startable)
        {
            Assert.Equal(Jobs, (await Migrate.RunAsync(database, "--from", places.Source, "--to", places.Target)).Counts()["jobs"]);
        }

        Assert.Equal(Place.Barred, await LookAsync(places.Source, database));
        await using ServiceProcess service = toPostgres ? Services.OverPostgres(data.File("node"), database) : Services.OverSqlite(places.Target);
        await service.StartAsync();
        Assert.Equal(Jobs, (await service.Api.ListAsync("/api/jobs?status=succeeded")).Count);
        Assert.Equal(0, await service.StopAsync());
    }

    [Fact]
    public async Task Told_to_end_it_says_how_to_go_on_where_the_data_were()
    {
        using var data = new DataDirectory();
        string database = await postgres.Server.CreateDatabaseAsync();
        await LargePlace.MakeAsync(data.Data, Jobs, Artifact);
        using Migrate migrate = Migrate.Start(database, null, "--from", data.Data, "--to", "postgresql");
        await migrate.WaitForLinesAsync(1);
        await migrate.SignalAsync("TERM");
        Outcome outcome = await migrate.WaitAsync();
        Assert.Equal(143, outcome.Code);
        Assert.Contains($"interrupted. Nothing is complete: run it again, or go on where the data were: funcexec migrate --release {data.Data}", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(Place.Barred, await LookAsync(data.Data, database));
        Assert.Equal(Place.Barred, await LookAsync("postgresql", database));

        (await Migrate.RunAsync(null, "--release", data.Data)).Succeeded();
        Assert.Equal(Place.Startable, await LookAsync(data.Data, database));
        (await Migrate.RunAsync(database, "--release", "postgresql")).Refused("and not complete. Let it end, or run it again");
        (await Migrate.RunAsync(database, "--from", "postgresql", "--to", data.File("back"))).Refused("and not complete. Let it end, or run it again");
        Assert.Equal(Jobs, (await Migrate.RunAsync(database, "--from", data.Data, "--to", "postgresql")).Counts()["jobs"]);
    }

    [Fact]
    public async Task A_server_that_is_lost_is_told_and_it_begins_anew()
    {
        using var data = new DataDirectory();
        string database = await postgres.Server.CreateDatabaseAsync();
        await LargePlace.MakeAsync(data.Data, Jobs, Artifact);
        using (Migrate migrate = Migrate.Start(database, null, "--from", data.Data, "--to", "postgresql"))
        {
            await migrate.WaitForLinesAsync(2);
            await postgres.Server.KillAsync();
            (await migrate.WaitAsync()).Refused("the server cannot be reached or ended the call", $"Nothing is complete: run it again, or go on where the data were: funcexec migrate --release {data.Data}");
        }

        await postgres.Server.StartAgainAsync();
        Assert.Equal(Place.Barred, await LookAsync(data.Data, database));
        Assert.Equal(Place.Barred, await LookAsync("postgresql", database));
        Assert.Equal(Jobs, (await Migrate.RunAsync(database, "--from", data.Data, "--to", "postgresql")).Counts()["jobs"]);
    }

    /// <summary>What a node would find: it opens the ledger first, then the hub.</summary>
    private static async Task<Place> LookAsync(string place, string database)
    {
        if (place != "postgresql" && !Directory.Exists(place))
        {
            return Place.Empty;
        }

        await using IJobLedger ledger = place == "postgresql"
            ? new PostgresJobLedger(database, "funcexec", new JobSignals(), TimeProvider.System, NullLoggerFactory.Instance)
            : new SqliteJobLedger(place, new JobSignals(), TimeProvider.System, NullLogger<SqliteJobLedger>.Instance);
        IHubProvider provider = place == "postgresql" ? new PostgresHubProvider() : new SqliteHubProvider();
        await using IHub hub = provider.Create(new HubContext
        {
            DataDirectory = place,
            HubName = "funcexec",
            GetConnectionString = _ => database,
            LoggerFactory = NullLoggerFactory.Instance,
        });
        try
        {
            await ledger.OpenAsync(CancellationToken.None);
            await hub.OpenAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is LedgerStartException or HubStartException)
        {
            Assert.Contains("funcexec migrate", exception.Message, StringComparison.Ordinal);
            return Place.Barred;
        }

        int jobs = (await ledger.ListJobsAsync(new JobFilter(), null, 500, CancellationToken.None)).Items.Count;
        return jobs > 0 ? Place.Startable : Place.Empty;
    }

    private enum Place
    {
        Empty = 1,
        Barred,
        Startable,
    }
}
