using FuncExec.Migration.Tests.Running;
using FuncExec.Service.Tests.Kills;
using FuncExec.Service.Tests.Running;
using Xunit.Abstractions;

namespace FuncExec.Migration.Tests;

/// <summary>
/// The service is killed over SQLite, goes on over PostgreSQL, is killed there, and goes on over SQLite again, while clients send jobs of
/// every shape and follow them. What must come of it is judged from outside.
/// </summary>
public sealed class ServiceTests(PostgresFixture postgres, ITestOutputHelper output) : IClassFixture<PostgresFixture>
{
    private const int Jobs = 42;
    private const int LineBytes = 60;
    private const int LinesBetween = 40;

    /// <summary>Where nothing is told for so long, it is moved all the same.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Jobs_go_on_over_PostgreSQL_and_back()
    {
        output.WriteLine($"FUNCEXEC_SEED={TestForm.Seed}");
        using var data = new DataDirectory();
        string database = await postgres.Server.CreateDatabaseAsync();
        var journal = new Journal(data.File("journal"));
        string mark = Guid.NewGuid().ToString("N");
        var shapes = new MixedJobs(journal.Path, mark, new Random(TestForm.Seed), data.File);
        await using ServiceProcess first = Services.OverSqlite(data.Data);
        await using ServiceProcess second = Services.OverPostgres(data.Data, database);
        await using ServiceProcess third = Services.OverSqlite(data.Data);
        using var api = new ServiceClient([.. new[] { first, second, third }.Select(static service => new Uri($"http://{service.Address}"))]);
        await first.StartAsync();
        api.Key = first.Api.Key;

        Task<List<RecordedEnd>> moving = MoveAsync(first, second, third, journal, database);
        List<DrivenJob> jobs = await new Clients(api, shapes).RunAsync(Jobs, moving);
        List<RecordedEnd> recorded = await moving;
        Assert.Equal(api.Key, third.Api.Key);

        var judge = new KillJudge(api, journal.Read(), [recorded]);
        await judge.JudgeAsync(jobs);
        output.WriteLine(judge.Findings);
        await Patience.UntilAsync("no command is left", () => ProcessTable.Find(MixedJobs.MarkVariable, mark).Count == 0);
        Assert.Equal(0, await third.StopAsync());
        Assert.DoesNotContain("deadlock", postgres.Server.Log, StringComparison.Ordinal);
    }

    private async Task<List<RecordedEnd>> MoveAsync(
        ServiceProcess first, ServiceProcess second, ServiceProcess third, Journal journal, string database)
    {
        await WaitForLinesAsync(journal);
        await first.KillAsync();
        List<RecordedEnd> recorded = LedgerSnapshot.Read(first.DataDirectory);
        Outcome there = await Migrate.RunAsync(database, "--from", first.DataDirectory, "--to", "postgresql");
        output.WriteLine(there.Out);
        Assert.True(there.Counts()["jobs"] > 0);
        Assert.True(there.Counts()["tasks"] > 0);
        Assert.Contains("--release", await Services.FailAsync(first), StringComparison.Ordinal);

        await second.StartAsync();
        await WaitForLinesAsync(journal);
        await second.KillAsync();
        DeleteMoved(first.DataDirectory);
        Outcome again = await AfterLeaseAsync(database, first.DataDirectory);
        output.WriteLine(again.Out);
        Assert.True(again.Counts()["jobs"] >= there.Counts()["jobs"]);
        Assert.Contains("--release", await Services.FailAsync(second), StringComparison.Ordinal);
        await third.StartAsync();
        return recorded;
    }

    /// <summary>A killed node is taken for a living one until its lease is over.</summary>
    private static async Task<Outcome> AfterLeaseAsync(string database, string directory)
    {
        Outcome outcome = new(0, "", "");
        await Patience.UntilAsync("the dead node's lease is over", async () =>
        {
            outcome = await Migrate.RunAsync(database, "--from", "postgresql", "--to", directory);
            return !outcome.Error.Contains("is in use by", StringComparison.Ordinal);
        });
        return outcome;
    }

    /// <summary>What was moved away is deleted; the key and what a killed service left running are not.</summary>
    private static void DeleteMoved(string directory)
    {
        foreach (string file in Directory.GetFiles(directory, "*.db*"))
        {
            File.Delete(file);
        }

        foreach (string moved in new[] { "blobs", "timers" }.Select(name => Path.Combine(directory, name)).Where(Directory.Exists))
        {
            Directory.Delete(moved, recursive: true);
        }
    }

    private static async Task WaitForLinesAsync(Journal journal)
    {
        long until = journal.Length + (LinesBetween * LineBytes);
        using var silence = new CancellationTokenSource(s_silence);
        while (journal.Length < until && !silence.IsCancellationRequested)
        {
            await Task.Delay(2);
        }
    }
}
