using FuncExec.ExecutorPlugins.Tests.Service;

namespace FuncExec.ExecutorPlugins.Tests.Processes;

/// <summary>A service at the system's limits, as process 1, and with closed streams.</summary>
[Collection(ProcessCollection.Name)]
public sealed class ServiceLimitTests
{
    /// <summary>A user that owns nothing; root is held by no limit.</summary>
    private const string Unprivileged = "61234";

    [Fact]
    public async Task Without_descriptors_the_limit_is_named_and_the_runner_works_on()
    {
        using ServiceProcess service = ServiceProcess.Start("descriptors");

        string said = await service.EndAsync();
        Assert.Contains("no descriptor left", said);
        Assert.Contains("ulimit -n", said);
        Assert.EndsWith("works on\n", said);
    }

    [Fact]
    public async Task Without_processes_the_limit_is_named_and_the_runner_works_on()
    {
        // Reading its own files, where a clone lies in root's home, is all that the user is given of root's rights: access(2)
        // counts them only with that bit set.
        using ServiceProcess service = IsRoot
            ? ServiceProcess.StartBy(
                "setpriv", $"--reuid={Unprivileged}", $"--regid={Unprivileged}", "--clear-groups", "--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override", ServiceProcess.ProgramPath, "processes")
            : ServiceProcess.Start("processes");

        string said = await service.EndAsync();
        Assert.Contains("no process can be added", said);
        Assert.Contains("ulimit -u", said);
        Assert.EndsWith("works on\n", said);
    }

    [Fact]
    public async Task As_process_1_no_exit_code_is_lost_and_every_orphan_is_reaped()
    {
        string[] unshare = ["--pid", "--fork", "--mount-proc", "--kill-child", ServiceProcess.ProgramPath, "init"];
        using ServiceProcess service = ServiceProcess.StartBy("unshare", IsRoot ? unshare : ["--user", "--map-root-user", .. unshare]);

        Assert.Equal("fine\n", await service.EndAsync());
    }

    [Fact]
    public async Task Service_that_was_started_with_closed_streams_runs_commands()
    {
        string result = Path.GetTempFileName();
        using ServiceProcess service = ServiceProcess.StartBy("sh", "-c", $"exec '{ServiceProcess.ProgramPath}' closed '{result}' <&- >&- 2>&-");
        await service.EndAsync();

        Assert.Equal("True in err\n", await File.ReadAllTextAsync(result));
        File.Delete(result);
    }

    private static bool IsRoot => Environment.IsPrivilegedProcess;
}
