using FuncExec.ExecutorPlugins.Processes;
using FuncExec.ExecutorPlugins.Processes.Linux;
using FuncExec.ExecutorPlugins.Processes.Linux.Survivors;

namespace FuncExec.ExecutorPlugins.Tests.Processes.Survivors;

public sealed class SurvivorFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("funcexec-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void What_runs_is_read_back_and_what_has_ended_is_not()
    {
        using SurvivorJournal journal = Create();
        int first = journal.Add(100, 1, 2);
        journal.Add(101, 3, 4);
        journal.Remove(first);
        for (int pid = 200; pid < 1000; pid++)
        {
            journal.Add(pid, pid, pid);
        }

        SurvivorFile read = ReadBack();

        Assert.Equal(["boot", "mark:", "/sys/fs/cgroup/a b"], new[] { read.BootId, read.MarkPrefix, read.ControlGroup });
        Assert.Equal([101, .. Enumerable.Range(200, 800)], read.Records.Select(static record => record.Pid).Order());
        Assert.Contains(new SurvivorRecord(101, 3, 4), read.Records);
    }

    [Fact]
    public void File_stays_as_long_as_the_most_at_once()
    {
        using SurvivorJournal journal = Create();
        for (int i = 0; i < 100_000; i++)
        {
            journal.Remove(journal.Add(i + 2, i, i));
        }

        Assert.InRange(new FileInfo(Assert.Single(Directory.GetFiles(_directory))).Length, 1, 64 * 1024);
        Assert.Empty(ReadBack().Records);
    }

    [Fact]
    public void Directory_that_cannot_be_made_is_named()
    {
        string file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "");

        ProcessRunnerException exception = Assert.Throws<ProcessRunnerException>(
            () => SurvivorJournal.Create(Path.Combine(file, "below"), new SurvivorFile { BootId = "boot", MarkPrefix = "mark:" }));

        Assert.Contains(file, exception.Message);
    }

    [Theory]
    [InlineData("0::/", "30 23 0:26 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw", "/sys/fs/cgroup")]
    [InlineData("0::/system.slice/funcexec.service", "30 23 0:26 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw", "/sys/fs/cgroup/system.slice/funcexec.service")]
    [InlineData("4:memory:/x\n0::/a", "29 23 0:9 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n30 23 0:26 / /sys/fs/cgroup/unified rw - cgroup2 none rw", "/sys/fs/cgroup/unified/a")]
    [InlineData("0::/pod/one", "30 23 0:26 /pod /sys/fs/cgroup ro - cgroup2 cgroup2 rw", "/sys/fs/cgroup/one")]
    [InlineData("0::/pod", "30 23 0:26 /pod /mnt/c\\040g rw - cgroup2 cgroup2 rw", "/mnt/c g")]
    [InlineData("0::/../other", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", null)]
    [InlineData("0::/elsewhere", "30 23 0:26 /pod /sys/fs/cgroup rw - cgroup2 cgroup2 rw", null)]
    [InlineData("4:memory:/x", "29 23 0:9 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory", null)]
    [InlineData("0::/", "29 23 0:9 / /proc rw - proc proc rw", null)]
    [InlineData("", "", null)]
    public void Group_is_found_alone_beside_v1_and_in_a_container(string cgroup, string mountInfo, string? expected) =>
        Assert.Equal(expected, ControlGroupPath.Find(cgroup.Split('\n'), mountInfo.Split('\n')));

    private SurvivorJournal Create() =>
        SurvivorJournal.Create(_directory, new SurvivorFile { BootId = "boot", MarkPrefix = "mark:", ControlGroup = "/sys/fs/cgroup/a b" });

    private SurvivorFile ReadBack()
    {
        using System.Diagnostics.Process cat = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("cat", [Assert.Single(Directory.GetFiles(_directory))]) { RedirectStandardOutput = true })!;
        using MemoryStream bytes = new();
        cat.StandardOutput.BaseStream.CopyTo(bytes);
        cat.WaitForExit();
        return SurvivorFile.Read(bytes.ToArray())!;
    }
}
