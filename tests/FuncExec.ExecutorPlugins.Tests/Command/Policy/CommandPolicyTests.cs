using System.Text.Json;
using FuncExec.ExecutorPlugins.Command;
using FuncExec.ExecutorPlugins.Command.Policy;
using FuncExec.ExecutorPlugins.Processes.Portable;

namespace FuncExec.ExecutorPlugins.Tests.Command.Policy;

/// <summary>Which programs run, by the file that would run. The service's PATH here has one directory, with real programs and links.</summary>
public sealed class CommandPolicyTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("funcexec-").FullName;
    private readonly string _bin;
    private readonly string _work;

    public CommandPolicyTests()
    {
        _bin = Directory.CreateDirectory(Path.Combine(_root, "bin")).FullName;
        _work = Directory.CreateDirectory(Path.Combine(_root, "work")).FullName;
        Program(_bin, "tool-1.2", "binary");
        Program(_bin, "rm", "binary");
        Program(_bin, "sh", "binary");
        Program(_bin, "env", "binary");
        Program(_bin, "busybox", "binary");
        Program(_bin, "script", $"#!{_bin}/sh -e\n");
        Program(_bin, "wrapped", $"#!{_bin}/env -S sh -e\n");
        Program(_bin, "nested", $"#!{_bin}/script\n");
        Link(_bin, "tool", "tool-1.2");
        Link(_bin, "ls", "busybox");
        Link(_bin, "mv", "busybox");
        Link(_root, "usr-bin", "bin");
        Link(_work, "innocent", "../bin/rm");
        Link(_work, "chain", "innocent");
        Link(_work, "rm2", "../usr-bin/rm");
        Link(_work, "mv", $"{_bin}/busybox");
        Link(_work, "circle", "circle");
        Program(_work, "tool", "another program of that name");
        Program(_work, "copy-of-rm", "binary");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("rm", "rm")]
    [InlineData("rm", "BIN/rm")]
    [InlineData("rm", "ROOT/usr-bin/rm")]
    [InlineData("rm", "ROOT/work/innocent")]
    [InlineData("rm", "ROOT/work/chain")]
    [InlineData("rm", "ROOT/work/rm2")]
    [InlineData("rm", "BIN/../work/../bin/rm")]
    [InlineData("rm", "ROOT/work/./innocent")]
    [InlineData("rm", "./innocent")]
    [InlineData("rm", "../bin/rm")]
    [InlineData("BIN/rm", "rm")]
    [InlineData("BIN/rm", "ROOT/work/chain")]
    [InlineData("ROOT/usr-bin/rm", "rm")]
    [InlineData("BIN/r*", "rm")]
    [InlineData("r?", "rm")]
    [InlineData("tool", "tool")]
    [InlineData("tool", "tool-1.2")]
    [InlineData("tool-1.2", "tool")]
    [InlineData("mv", "mv")]
    [InlineData("mv", "ROOT/work/mv")]
    [InlineData("BIN/mv", "ROOT/usr-bin/mv")]
    [InlineData("sh", "script")]
    [InlineData("sh", "wrapped")]
    [InlineData("sh", "nested")]
    [InlineData("env", "wrapped")]
    [InlineData("no-such-program", "no-such-program")]
    public void Blocked_program_does_not_run_by_whatever_path(string entry, string program) =>
        Assert.NotNull(WhyNot(program, blocked: [Expand(entry)]));

    [Theory]
    [InlineData("rm", "tool")]
    [InlineData("BIN/rm", "tool")]
    [InlineData("r", "rm")]
    [InlineData("mv", "ls")]
    [InlineData("BIN/mv", "ls")]
    [InlineData("sh", "tool")]
    [InlineData("BIN/*x", "rm")]
    [InlineData("ROOT/*", "rm")] // A wildcard stands for no slash.
    [InlineData("rm", "no-such-program")]
    [InlineData("rm", "ROOT/work/circle")]
    [InlineData("rm", "ROOT/work/copy-of-rm")] // What a block-list cannot promise.
    public void Other_programs_run(string entry, string program) => Assert.Null(WhyNot(program, blocked: [Expand(entry)]));

    [Theory]
    [InlineData("tool", "tool")]
    [InlineData("tool", "BIN/tool")]
    [InlineData("tool", "ROOT/usr-bin/tool")]
    [InlineData("tool", "tool-1.2")]
    [InlineData("tool-1.2", "tool-1.2")]
    [InlineData("tool*", "tool")]
    [InlineData("BIN/tool", "tool")]
    [InlineData("ROOT/usr-bin/tool", "tool")]
    [InlineData("ROOT/usr-bin/tool", "BIN/tool-1.2")]
    [InlineData("BIN/*", "rm")]
    [InlineData("ls", "ls")]
    [InlineData("BIN/ls", "ROOT/usr-bin/ls")]
    [InlineData("busybox", "busybox")]
    [InlineData("script", "script")]
    [InlineData("elsewhere", "elsewhere")]
    public void Allowed_program_runs(string entry, string program) => Assert.Null(WhyNot(program, allowed: [Expand(entry)]));

    [Theory]
    [InlineData("tool", "rm")]
    [InlineData("tool", "ROOT/work/tool")]
    [InlineData("tool", "./tool")]
    [InlineData("tool", "ROOT/work/innocent")]
    [InlineData("ls", "mv")]
    [InlineData("ls", "busybox")]
    [InlineData("ls", "ROOT/work/mv")]
    [InlineData("ROOT/work/*", "ROOT/bin/rm")]
    [InlineData("tool", "no-such-program")]
    [InlineData("tool", "ROOT/work/circle")]
    public void With_an_allow_list_nothing_else_runs(string entry, string program) => Assert.NotNull(WhyNot(program, allowed: [Expand(entry)]));

    [Fact]
    public void Block_list_wins()
    {
        Assert.NotNull(WhyNot("rm", allowed: ["rm", $"{_bin}/*"], blocked: ["rm"]));
        Assert.Null(WhyNot("tool", allowed: ["tool"], blocked: ["rm"]));
    }

    [Fact]
    public void Path_of_the_payload_decides_which_program_it_is()
    {
        Assert.Null(new CommandPolicy(new CommandPolicyOptions { Allowed = ["tool"] }, _bin).WhyNot("tool", _bin, _work));
        Assert.NotNull(new CommandPolicy(new CommandPolicyOptions { Allowed = ["tool"] }, _bin).WhyNot("tool", $"{_work}:{_bin}", _work));
    }

    [Fact]
    public void Relative_path_is_judged_again_when_its_directory_is_known()
    {
        CommandPolicy policy = new(new CommandPolicyOptions { Blocked = ["rm"] }, _bin);

        Assert.Null(policy.WhyNot("./innocent", _bin, null));
        Assert.NotNull(policy.WhyNot("./rm", _bin, null));
        Assert.NotNull(policy.WhyNot("./innocent", _bin, _work));
    }

    [Theory]
    [InlineData("""{"command":"rm"}""", "$.command")]
    [InlineData("""{"command":"/bin/../bin/rm"}""", "$.command")]
    [InlineData("""{"command":"ls","shell":true}""", "$.shell")]
    public async Task Policy_is_kept_before_anything_is_queued_and_again_at_the_start(string payload, string path)
    {
        CommandExecutor executor = new(
            new CommandExecutorOptions(), new CommandPolicyOptions { Blocked = ["rm", "sh"] }, new PortableProcessRunner(TimeProvider.System));
        JsonElement element = JsonDocument.Parse(payload).RootElement;

        PayloadMistake mistake = Assert.Single(executor.Validate(element));
        TaskOutcome outcome = await executor.ExecuteAsync(
            new ExecutorTask { JobId = "job1", TaskId = "main/0", Attempt = 1, Directory = _work, Payload = element }, new OutputTail(), CancellationToken.None);

        Assert.Equal(path, mistake.Path);
        Assert.Contains("EXECUTOR_COMMAND_BLOCKED", mistake.Message);
        Assert.Equal(FailureKind.NotFound, Assert.IsType<TaskOutcome.Failed>(outcome).Kind);
        Assert.Contains("EXECUTOR_COMMAND_BLOCKED", ((TaskOutcome.Failed)outcome).Message);
    }

    private string? WhyNot(string program, string[]? allowed = null, string[]? blocked = null) =>
        new CommandPolicy(new CommandPolicyOptions { Allowed = allowed ?? [], Blocked = blocked ?? [] }, _bin).WhyNot(Expand(program), _bin, _work);

    private string Expand(string text) => text.Replace("BIN", _bin, StringComparison.Ordinal).Replace("ROOT", _root, StringComparison.Ordinal);

    private static void Program(string directory, string name, string content)
    {
        string file = Path.Combine(directory, name);
        File.WriteAllText(file, content);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static void Link(string directory, string name, string target) => File.CreateSymbolicLink(Path.Combine(directory, name), target);
}
