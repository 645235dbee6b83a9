using System.Text.Json;
using FuncExec.ExecutorPlugins.Command;
using FuncExec.ExecutorPlugins.Command.Policy;
using FuncExec.ExecutorPlugins.Processes;
using FuncExec.ExecutorPlugins.Tests.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.ExecutorPlugins.Tests.Command;

[Collection(ProcessCollection.Name)]
public sealed class CommandExecutorTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory().FullName;
    private readonly OutputTail _output = new();
    private readonly CommandExecutor _executor = Executor(new CommandPolicyOptions());

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Zero_is_success() => Assert.Equal(0, Assert.IsType<TaskOutcome.Succeeded>(await Run("""{"command":"true"}""")).ExitCode);

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
    public async Task Command_starts_in_the_attempt_s_directory_or_below()
    {
        Directory.CreateDirectory(Path.Combine(_root, "src"));
        await Run("""{"command":"pwd"}""");
        await Run("""{"command":"pwd","workingDirectory":"src"}""");

        Assert.Equal($"{_root}\n{_root}/src\n", _output.Stdout);
    }

    [Fact]
    public async Task Task_without_a_directory_is_misuse() => await Assert.ThrowsAsync<ArgumentException>(
        () => _executor.ExecuteAsync(Task_("""{"command":"true"}""") with { Directory = null }, _output, CancellationToken.None));

    [Fact]
    public async Task Failures_have_their_kinds()
    {
        async Task<FailureKind> KindOf(string payload) => Assert.IsType<TaskOutcome.Failed>(await Run(payload)).Kind;

        Assert.Equal(FailureKind.Exit, await KindOf("""{"command":"false"}"""));
        Assert.Equal(FailureKind.Signal, await KindOf("""{"command":"kill -KILL $$","shell":true}"""));
        Assert.Equal(FailureKind.NotFound, await KindOf("""{"command":"no-such-program"}"""));
        Assert.Equal(FailureKind.NotFound, await KindOf("""{"command":"true","workingDirectory":"no-such-directory"}"""));
    }

    [Fact]
    public async Task Details_tell_times_cpu_and_signal()
    {
        TaskOutcome outcome = await Run("""{"command":"kill -TERM $$","shell":true}""");

        JsonElement details = outcome.Details!.Value;
        Assert.Equal("""{"name":"SIGTERM","number":15}""", details.GetProperty("signal").GetRawText());
        Assert.True(details.GetProperty("startedAt").GetDateTimeOffset() <= details.GetProperty("finishedAt").GetDateTimeOffset());
        Assert.EndsWith("Z", details.GetProperty("startedAt").GetString());
        Assert.EndsWith("Z", details.GetProperty("finishedAt").GetString());
        Assert.True(TimeSpan.Parse(details.GetProperty("duration").GetString()!) > TimeSpan.Zero);
        Assert.True(TimeSpan.Parse(details.GetProperty("userCpu").GetString()!) >= TimeSpan.Zero);
        Assert.True(TimeSpan.Parse(details.GetProperty("systemCpu").GetString()!) >= TimeSpan.Zero);
        Assert.False((await Run("""{"command":"true"}""")).Details!.Value.TryGetProperty("signal", out _));
    }

    [Theory]
    [InlineData("no-such-program", "/", "notFound")]
    [InlineData("/bin", "/", "notExecutable")]
    [InlineData("true", "/no-such-directory", "badWorkingDirectory")]
    public async Task Details_tell_code_why_a_command_was_not_started(string command, string directory, string reason)
    {
        TaskOutcome outcome = await Run($$"""{"command":"{{command}}","workingDirectory":"{{directory}}"}""");

        Assert.Equal($$"""{"startFailure":"{{reason}}"}""", outcome.Details!.Value.GetRawText());
    }

    [Fact]
    public async Task Details_tell_code_that_the_policy_refuses_a_command()
    {
        CommandExecutor executor = Executor(new CommandPolicyOptions { Blocked = ["true"] });

        TaskOutcome outcome = await executor.ExecuteAsync(Task_("""{"command":"true"}"""), _output, CancellationToken.None);

        Assert.Equal("""{"startFailure":"refused"}""", outcome.Details!.Value.GetRawText());
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
        Assert.Contains("FUNCEXEC_JOB=job1\nFUNCEXEC_TASK=step/0\nFUNCEXEC_ATTEMPT=2\nFUNCEXEC_FENCING_TOKEN=7\n", _output.Stdout);
    }

    [Fact]
    public void Variables_of_the_service_are_chosen_by_name()
    {
        string[] names = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "https_proxy", "AWS_SECRET_ACCESS_KEY", "LD_PRELOAD", "DOTNET_ROOT", "path"];
        CommandEnvironment environment = new(names.Select(static name => KeyValuePair.Create(name, "x")));

        Assert.Equal(
            ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "https_proxy", "FUNCEXEC_JOB", "FUNCEXEC_TASK", "FUNCEXEC_ATTEMPT", "FUNCEXEC_FENCING_TOKEN"],
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

    private static CommandExecutor Executor(CommandPolicyOptions policy) => new(
        new CommandExecutorOptions { KillGrace = TimeSpan.FromMilliseconds(300) },
        policy,
        ProcessRunner.Create(TimeProvider.System, NullLoggerFactory.Instance, new ProcessRunnerOptions { EndsStrays = false }));

    private Task<TaskOutcome> Run(string payload, TimeSpan? timeout = null) =>
        _executor.ExecuteAsync(Task_(payload) with { Timeout = timeout }, _output, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));

    private ExecutorTask Task_(string payload) => new()
    {
        JobId = "job1",
        TaskId = "step/0",
        Attempt = 2,
        FencingToken = 7,
        Directory = _root,
        Payload = JsonDocument.Parse(payload).RootElement,
    };
}
