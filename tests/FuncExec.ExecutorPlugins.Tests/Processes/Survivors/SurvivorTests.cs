using FuncExec.ExecutorPlugins.Processes.Linux;
using FuncExec.ExecutorPlugins.Processes.Linux.Survivors;
using FuncExec.ExecutorPlugins.Tests.Service;

namespace FuncExec.ExecutorPlugins.Tests.Processes.Survivors;

/// <summary>What a service that was killed has left is ended by the next before its first command, and nothing else is.</summary>
[Collection(ProcessCollection.Name)]
public sealed class SurvivorTests : IDisposable
{
    private const int Levels = 5;

    private readonly string _directory = Directory.CreateTempSubdirectory("funcexec-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>Each level ignores SIGTERM, forks twice into a session of its own with an emptied environment, and stays.</summary>
    private static string Tree(int levels)
    {
        string script = "exec sleep 600";
        for (int level = 0; level < levels; level++)
        {
            string quoted = script.Replace("'", "'\\''");
            script = $"trap '' TERM; echo pid $$; (setsid env -i PATH=\"$PATH\" sh -c '{quoted}' &) ; while :; do sleep 600; done";
        }

        return script;
    }

    [Theory]
    [InlineData("group")]
    [InlineData("no group")]
    public async Task Tree_of_a_killed_service_is_gone_before_the_next_one_s_first_command(string controlGroup)
    {
        using System.Diagnostics.Process bystander = System.Diagnostics.Process.Start("setsid", ["sleep", "600"]);
        using ServiceProcess neighbour = ServiceProcess.Start("run", _directory, controlGroup, "echo pid $$; exec sleep 600");
        await neighbour.Until(_ => neighbour.Pids.Length == 1);
        using ServiceProcess killed = ServiceProcess.Start("run", _directory, controlGroup, Tree(Levels), "echo pid $$; exec sleep 600");
        await killed.Until(_ => killed.Pids.Length == Levels + 1);
        if (controlGroup != "group")
        {
            WaitUntilRecorded(killed.Pids);
        }

        await killed.KillAsync();
        int[] left = killed.Pids;
        Assert.All(left, static pid => Assert.True(IsAlive(pid)));
        string firstCommand = string.Join("; ", left.Select(static pid => $"grep -q '^State:.[^ZX]' /proc/{pid}/status 2>/dev/null && echo {pid} lives")) + "; true";
        using ServiceProcess next = ServiceProcess.Start("run", _directory, controlGroup, firstCommand);

        Assert.Equal("ended\n", await next.EndAsync());
        Assert.All(left, static pid => Assert.False(IsAlive(pid), $"{pid} is left."));
        Assert.False(bystander.HasExited);
        Assert.True(IsAlive(Assert.Single(neighbour.Pids)));
        bystander.Kill();
        await neighbour.KillAsync();
        using ServiceProcess last = ServiceProcess.Start("run", _directory, controlGroup, "true");
        await last.EndAsync();
        Assert.False(IsAlive(Assert.Single(neighbour.Pids)));
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public async Task Survivor_that_ends_on_SIGTERM_is_not_killed()
    {
        string cleaned = Path.Combine(_directory, "cleaned");
        using ServiceProcess killed = ServiceProcess.Start("run", _directory, "no group", $"trap '' PIPE; trap 'echo > {cleaned}; exit' TERM; echo pid $$; while :; do sleep 0.01; done");
        await killed.Until(_ => killed.Pids.Length == 1);
        await killed.KillAsync();

        using ServiceProcess next = ServiceProcess.Start("run", _directory, "no group", "true");
        await next.EndAsync();

        Assert.True(File.Exists(cleaned));
    }

    [Fact]
    public async Task Control_group_is_left_and_removed_at_a_clean_end()
    {
        using ServiceProcess service = ServiceProcess.Start("leave", _directory);
        string[] said = (await service.EndAsync()).Trim().Split(' ');

        // Where no group can be had it stays in its own.
        Assert.Equal(said[0].Contains("/funcexec-", StringComparison.Ordinal) ? "gone" : "left", said[1]);
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Theory]
    [InlineData("")]
    [InlineData("rubbish")]
    [InlineData("funcexec life 1\nanother-boot\nmark:\n\n")]
    public async Task File_that_says_nothing_of_this_boot_is_deleted(string content)
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "old" + SurvivorFile.Suffix), content);
        await File.WriteAllTextAsync(Path.Combine(_directory, "begun" + SurvivorFile.Suffix + SurvivorFile.UnfinishedSuffix), content);

        using ServiceProcess service = ServiceProcess.Start("run", _directory, "no group", "true");

        Assert.Equal("ended\n", await service.EndAsync());
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public async Task Process_that_was_given_a_recorded_id_later_is_left_alone()
    {
        using System.Diagnostics.Process bystander = System.Diagnostics.Process.Start("setsid", ["sleep", "600"]);
        long start = ProcStat.Read(bystander.Id)!.StartTime;
        SurvivorFile life = new() { BootId = BootClock.BootId, MarkPrefix = "none:" };
        byte[] place = new byte[SurvivorFile.PlaceSize];
        SurvivorFile.Write(place, new SurvivorRecord(bystander.Id, start - 500, start - 1));
        await File.WriteAllBytesAsync(Path.Combine(_directory, "old" + SurvivorFile.Suffix), [.. life.Header(), .. place]);

        using ServiceProcess service = ServiceProcess.Start("run", _directory, "no group", "true");
        await service.EndAsync();

        Assert.False(bystander.HasExited);
        bystander.Kill();
    }

    /// <summary>By the look each second, which has no signal for others.</summary>
    private void WaitUntilRecorded(int[] pids) => Assert.True(SpinWait.SpinUntil(
        () =>
        {
            HashSet<int> recorded = [.. Directory.GetFiles(_directory).Select(ReadShared).SelectMany(static bytes => SurvivorFile.Read(bytes)?.Records ?? []).Select(static record => record.Pid)];
            return pids.All(recorded.Contains);
        },
        TimeSpan.FromMinutes(1)));

    private static byte[] ReadShared(string path)
    {
        // The file is locked against .NET; what only looks goes past that.
        using System.Diagnostics.Process cat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("cat", [path]) { RedirectStandardOutput = true })!;
        using MemoryStream bytes = new();
        cat.StandardOutput.BaseStream.CopyTo(bytes);
        cat.WaitForExit();
        return bytes.ToArray();
    }

    private static bool IsAlive(int pid) => ProcStat.Read(pid) is { IsAlive: true };
}
