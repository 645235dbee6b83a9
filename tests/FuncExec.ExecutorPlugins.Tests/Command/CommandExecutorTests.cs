using System.Text.Json;
using FuncExec.ExecutorPlugins.Command;
using FuncExec.ExecutorPlugins.Processes;
using FuncExec.ExecutorPlugins.Tests.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.ExecutorPlugins.Tests.Command;

[Collection(ProcessCollection.Name)]
public sealed class CommandExecutorTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory().FullName;
    private readonly OutputTail _output = new();
    private readonly CommandExecutor _executor;

    public CommandExecutorTests() => _executor = new CommandExecutor(
        new CommandExecutorOptions { WorkRoot = _root, KillGrace = TimeSpan.FromMilliseconds(300) },
        ProcessRunner.Create(TimeProvider.System, NullLoggerFactory.Instance, new ProcessRunnerOptions { EndsStrays = false }),
        NullLogger<CommandExecutor>.Instance);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Zero_is_success() => Assert.Equal(new TaskOutcome.Succeeded(0), await Run("""{"command":"true"}"""));

    [Fact]
    public async Task Another_exit_code_is_a_failure_that_says_so()
    {
        TaskOutcome.Failed failed = Assert.IsType<TaskOutcome.Failed>(await Run("""{"command":"sh","args":["-c","exit 75"]}"""));

        Assert.Equal(75, failed.ExitCode);
        Assert.Contains("75", failed.Message);
    }

    [Fact]
    public async Task Command_that_is_not_there_has_exit_code_minus_one()
    {
        TaskOutcome.Failed failed = Assert.IsType<TaskOutcome.Failed>(await Run("""{"command":"no-such-program"}"""));

        Assert.Equal(-1, failed.ExitCode);
        Assert.Contains("no-such-program", failed.Message);
    }

    [Fact]
    public async Task Timeout_is_an_outcome() =>
        Assert.IsType<TaskOutcome.TimedOut>(await Run("""{"command":"sleep","args":["600"]}""", TimeSpan.FromMilliseconds(50)));

    [Fact]
    public async Task Standard_input_reaches_the_command()
    {
        await Run("""{"command":"cat","stdin":"héllo"}""");

        Assert.Equal("héllo", _output.Stdout);
    }

    [Fact]
    public async Task Shell_is_used_only_when_asked_for()
    {
        await Run("""{"command":"echo $((1+1)) $1","shell":true,"args":["a  b"]}""");
        Assert.Equal("2 a b\n", _output.Stdout);
        Assert.IsType<TaskOutcome.Failed>(await Run("""{"command":"echo $((1+1))"}"""));
    }

    [Fact]
    public async Task Each_attempt_has_an_empty_directory_that_is_deleted()
    {
        await Run("""{"command":"pwd; ls -A | wc -l; mkdir -p a/b; touch a/b/c; ls -ld . | cut -c1-10","shell":true}""");

        string[] lines = _output.Stdout.Split('\n');
        Assert.StartsWith(_root, lines[0]);
        Assert.Equal("0", lines[1].Trim());
        Assert.Equal("drwx------", lines[2]);
        Assert.Empty(Directory.GetFileSystemEntries(_root));
    }

    [Fact]
    public async Task Working_directory_may_be_absolute()
    {
        await Run("""{"command":"pwd","workingDirectory":"/usr"}""");

        Assert.Equal("/usr\n", _output.Stdout);
    }

    [Fact]
    public async Task Environment_is_clean_and_tells_the_task()
    {
        Environment.SetEnvironmentVariable("FUNCEXEC_TEST_SECRET", "secret");
        await Run("""{"command":"env","env":{"A":"1"}}""");

        Assert.DoesNotContain("secret", _output.Stdout);
        Assert.Contains("A=1\n", _output.Stdout);
        Assert.Contains("FUNCEXEC_JOB=job1\nFUNCEXEC_TASK=step/0\nFUNCEXEC_ATTEMPT=2\n", _output.Stdout);
    }

    [Fact]
    public void Variables_of_the_service_are_chosen_by_name()
    {
        string[] names = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "https_proxy", "AWS_SECRET_ACCESS_KEY", "LD_PRELOAD", "DOTNET_ROOT", "path"];
        CommandEnvironment environment = new(names.Select(static name => KeyValuePair.Create(name, "x")));

        Assert.Equal(
            ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "https_proxy", "FUNCEXEC_JOB", "FUNCEXEC_TASK", "FUNCEXEC_ATTEMPT"],
            environment.For(Task_("{}"), new CommandPayload { Command = "x" }).Keys);
    }

    [Fact]
    public void Two_executors_of_one_name_are_refused() =>
        Assert.Throws<ArgumentException>(() => new ExecutorRegistry([_executor, _executor]));

    [Fact]
    public void Executor_is_found_by_its_exact_name()
    {
        ExecutorRegistry registry = new([_executor]);

        Assert.True(registry.TryGet("command", out IExecutor? found));
        Assert.Same(_executor, found);
        Assert.False(registry.TryGet("Command", out _));
    }

    private Task<TaskOutcome> Run(string payload, TimeSpan? timeout = null) =>
        _executor.ExecuteAsync(Task_(payload) with { Timeout = timeout }, _output, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));

    private static ExecutorTask Task_(string payload) => new()
    {
        JobId = "job1",
        TaskId = "step/0",
        Attempt = 2,
        Payload = JsonDocument.Parse(payload).RootElement,
    };
}
