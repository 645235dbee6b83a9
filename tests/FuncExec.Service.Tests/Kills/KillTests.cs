using FuncExec.Service.Tests.Running;
using Xunit.Abstractions;

namespace FuncExec.Service.Tests.Kills;

/// <summary>The service is killed at random moments and started again while clients send jobs of every shape and follow them.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private static readonly int s_jobs = TestForm.IsLong ? 200 : 28;
    private static readonly int s_kills = TestForm.IsLong ? 50 : 5;

    [Fact]
    public async Task Every_job_ends_right_and_nothing_that_was_recorded_runs_again()
    {
        output.WriteLine($"FUNCEXEC_SEED={TestForm.Seed}");
        var random = new Random(TestForm.Seed);
        using var data = new DataDirectory();
        var journal = new Journal(data.File("journal"));
        string mark = Guid.NewGuid().ToString("N");
        var shapes = new MixedJobs(journal.Path, mark, new Random(TestForm.Seed), data.File);
        await using var service = new ServiceProcess(data.Data, new Dictionary<string, string>
        {
            ["FuncExec__KillGrace"] = "00:00:01",
            ["MAX_CONCURRENT_TASKS"] = "10",
        });
        await service.StartAsync();

        var killer = new Killer(service, journal, mark, random);
        Task<List<List<RecordedEnd>>> killing = killer.RunAsync(s_kills);
        var clients = new Clients(service.Api, shapes);
        List<DrivenJob> jobs = await clients.RunAsync(s_jobs, killing);
        List<List<RecordedEnd>> recorded = await killing;
        output.WriteLine(
            $"{recorded.Count} kills, {jobs.Count} jobs, {recorded.Sum(static ends => ends.Count)} ends seen at kills, "
            + $"{jobs.Sum(static job => job.Resumptions)} resumptions of events.");

        var judge = new KillJudge(service.Api, journal.Read(), recorded);
        await judge.JudgeAsync(jobs);
        output.WriteLine(judge.Findings);
        Assert.Empty(ProcessTable.Find(MixedJobs.MarkVariable, mark));
        await Patience.UntilAsync("no attempt's directory is left", () => AttemptsLeft(data.Data).Length == 0);
        Assert.Equal(0, await service.StopAsync());
        Assert.Empty(ProcessTable.Find(MixedJobs.MarkVariable, mark));
    }

    /// <summary>What is in the directories of lives, and directories of lives that are over.</summary>
    private static string[] AttemptsLeft(string data)
    {
        string[] lives = Directory.GetDirectories(Path.Combine(data, "work"));
        string trash = Path.Combine(data, "trash");
        return
        [
            .. lives.Length > 1 ? lives : [],
            .. lives.SelectMany(static life => Directory.GetFileSystemEntries(life)),
            .. Directory.Exists(trash) ? Directory.GetFileSystemEntries(trash) : [],
        ];
    }
}
