using System.Text;
using FuncExec.ExecutorPlugins.Processes;

namespace FuncExec.ExecutorPlugins.Tests.Processes;

/// <summary>What every process runner must do, whatever it is made of.</summary>
public abstract partial class ProcessRunnerContract : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private protected FiredTime Time { get; } = new();

    private protected CapturedOutput Output { get; } = new();

    /// <summary>A directory of the test's own.</summary>
    private protected string Scratch { get; } = Directory.CreateTempSubdirectory("funcexec-").FullName;

    public void Dispose() => Directory.Delete(Scratch, recursive: true);

    protected abstract IProcessRunner CreateRunner(TimeProvider time);

    private protected Task<ProcessOutcome> Run(ProcessCommand command, CancellationToken cancellationToken = default) =>
        CreateRunner(Time).RunAsync(command, Output, cancellationToken).WaitAsync(Limit, CancellationToken.None);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(75)]
    [InlineData(255)]
    public async Task Exit_code_is_the_command_s(int code) =>
        Assert.Equal(new ProcessOutcome.Exited(code), await Run(Commands.Dummy("exit", $"{code}")));

    [Fact]
    public async Task Command_ended_by_a_signal_has_128_and_its_number()
    {
        ProcessOutcome outcome = await Run(Commands.Dummy("kill-self"));

        Assert.Equal(137, Assert.IsType<ProcessOutcome.Exited>(outcome).ExitCode);
    }

    [Fact]
    public async Task Arguments_arrive_as_they_are()
    {
        string[] arguments = ["", " ", "a b", "\"", "'", "$HOME", "*", "\\", "-n", "é😀", "`id`", "tab\there"];

        await Run(Commands.Dummy(["args", .. arguments]));

        Assert.Equal(string.Join('\n', arguments), Output.Stdout);
    }

    [Fact]
    public async Task Environment_is_only_what_was_given()
    {
        Environment.SetEnvironmentVariable("FUNCEXEC_TEST_SECRET", "secret");
        ProcessCommand command = Commands.Dummy("environment").With("GIVEN", "äöü = 1");

        await Run(command);

        string[] names = [.. Output.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split('=')[0]).Where(static name => name != "FUNCEXEC_PROCESS")];
        Assert.Equal(command.Environment.Keys.Order(), names.Order());
        Assert.Contains("GIVEN=äöü = 1\n", Output.Stdout);
    }

    [Fact]
    public async Task Command_starts_in_its_directory()
    {
        await Run(Commands.Dummy("directory") with { WorkingDirectory = "/usr" });

        Assert.Equal("/usr", Output.Stdout);
    }

    [Fact]
    public async Task Relative_path_is_looked_up_from_the_working_directory()
    {
        Assert.Equal(new ProcessOutcome.Exited(3), await Run(Commands.Command("./sh", "-c", "exit 3") with { WorkingDirectory = "/bin" }));
    }

    [Fact]
    public async Task Program_is_looked_up_in_the_command_s_own_path()
    {
        string script = Path.Combine(Scratch, "only-here");
        await File.WriteAllTextAsync(script, "#!/bin/sh\nexit 9\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.Equal(new ProcessOutcome.Exited(9), await Run(Commands.Command("only-here").With("PATH", $"/nowhere:{Scratch}")));
        Assert.IsType<ProcessOutcome.NotStarted>(await Run(Commands.Command("only-here")));
    }

    [Fact]
    public async Task Both_streams_are_read_at_once()
    {
        const long bytes = 8 * 1024 * 1024;

        await Run(Commands.Dummy("write", $"{bytes}"));

        Assert.Equal(bytes, Output.Length(OutputStream.Stdout));
        Assert.Equal(bytes, Output.Length(OutputStream.Stderr));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(3_000_000)]
    public async Task Input_of_any_length_arrives_and_ends(int length)
    {
        string input = string.Create(length, 0, static (span, _) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = (char)('a' + (i % 26));
            }
        });

        Assert.Equal(new ProcessOutcome.Exited(0), await Run(Commands.Command("cat").Reading(input)));
        Assert.Equal(input, Output.Stdout);
    }

    [Fact]
    public async Task Input_that_nobody_reads_hurts_nobody()
    {
        Assert.Equal(new ProcessOutcome.Exited(0), await Run(Commands.Dummy("close-stdin").Reading(new string('x', 1_000_000))));
    }

    [Fact]
    public async Task Bytes_arrive_unchanged()
    {
        byte[]? seen = null;
        await CreateRunner(Time).RunAsync(Commands.Dummy("write-hex", "00FF80C3"), new ByteOutput(bytes => seen = bytes), CancellationToken.None);

        Assert.Equal([0x00, 0xFF, 0x80, 0xC3], seen);
    }

    [Fact]
    public async Task Timeout_ends_the_command()
    {
        Task<ProcessOutcome> outcome = Run(Commands.Shell("echo ready; exec sleep 600") with { Timeout = FiredTime.Never });
        await Output.Until(static text => text.Contains("ready"));
        Time.Fire();

        Assert.Equal(new ProcessOutcome.TimedOut(), await outcome);
    }

    [Fact]
    public async Task Endless_output_is_read_until_the_end()
    {
        using CancellationTokenSource cancel = new();
        OutputTail tail = new();
        long seen = 0;
        CountingOutput output = new(tail, count =>
        {
            if ((seen += count) > 64 * 1024 * 1024)
            {
                cancel.Cancel();
            }
        });

        ProcessOutcome outcome = await CreateRunner(Time).RunAsync(Commands.Dummy("endless"), output, cancel.Token).WaitAsync(Limit);

        Assert.Equal(new ProcessOutcome.Cancelled(), outcome);
        Assert.Equal(OutputTail.DefaultLimit, tail.Stdout.Length);
        Assert.True(tail.IsTruncated);
    }

    [Fact]
    public async Task Cancelled_before_the_start_nothing_starts()
    {
        Assert.Equal(new ProcessOutcome.Cancelled(), await Run(Commands.Shell("echo started"), new CancellationToken(canceled: true)));
        Assert.Equal("", Output.Stdout);
    }

    [Fact]
    public async Task Cancel_ends_children_too()
    {
        using CancellationTokenSource cancel = new();
        Task<ProcessOutcome> outcome = Run(Commands.Shell("sh -c 'echo pid $$; exec sleep 600' & echo pid $$; wait"), cancel.Token);
        await Output.Until(_ => Output.Pids().Length == 2);

        await cancel.CancelAsync();

        Assert.Equal(new ProcessOutcome.Cancelled(), await outcome);
        ProcessTable.WaitUntilEnded(Output.Pids());
    }

    [Theory]
    [InlineData("no-such-program", StartFailure.NotFound)]
    [InlineData("/no/such/program", StartFailure.NotFound)]
    [InlineData("./no-such-program", StartFailure.NotFound)]
    [InlineData("", StartFailure.NotFound)]
    [InlineData("/etc/passwd", StartFailure.NotExecutable)]
    [InlineData("/usr", StartFailure.NotExecutable)]
    [InlineData("/etc/passwd/x", StartFailure.NotFound)]
    public async Task Program_that_cannot_be_started_is_an_outcome(string program, StartFailure reason)
    {
        ProcessOutcome outcome = await Run(Commands.Command(program));

        ProcessOutcome.NotStarted failure = Assert.IsType<ProcessOutcome.NotStarted>(outcome);
        Assert.Equal(reason, failure.Reason);
        Assert.NotEmpty(failure.Message);
    }

    [Theory]
    [InlineData("/no/such/directory")]
    [InlineData("/etc/passwd")]
    public async Task Bad_working_directory_is_an_outcome(string directory)
    {
        ProcessOutcome outcome = await Run(Commands.Command("true") with { WorkingDirectory = directory });

        Assert.Equal(StartFailure.BadWorkingDirectory, Assert.IsType<ProcessOutcome.NotStarted>(outcome).Reason);
    }

    [Theory]
    [InlineData("neither script nor program", StartFailure.NotExecutable)]
    [InlineData("#!/no/such/interpreter\n", StartFailure.NotFound)]
    public async Task File_of_no_known_format_is_an_outcome(string content, StartFailure reason)
    {
        string file = Path.Combine(Scratch, "file");
        await File.WriteAllTextAsync(file, content);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.Equal(reason, Assert.IsType<ProcessOutcome.NotStarted>(await Run(Commands.Command(file))).Reason);
    }

    [Fact]
    public async Task Too_many_arguments_are_an_outcome()
    {
        ProcessOutcome outcome = await Run(Commands.Command("true", [.. Enumerable.Repeat(new string('a', 100_000), 100)]));

        Assert.Equal(StartFailure.TooLong, Assert.IsType<ProcessOutcome.NotStarted>(outcome).Reason);
    }

    [Fact]
    public async Task Character_nul_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Run(Commands.Command("echo", "a\0b")));

    [Fact]
    public async Task Two_hundred_run_at_once_and_leave_nothing_open()
    {
        IProcessRunner runner = CreateRunner(Time);
        async Task RunAll()
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
            {
                OutputTail tail = new();
                ProcessOutcome outcome = await runner.RunAsync(
                    Commands.Shell($"read line; echo out $line; echo err >&2; exit {i % 7}").Reading($"{i}\n"), tail, CancellationToken.None);
                Assert.Equal(new ProcessOutcome.Exited(i % 7), outcome);
                Assert.Equal($"out {i}\n", tail.Stdout);
                Assert.Equal("err\n", tail.Stderr);
            })).WaitAsync(Limit);
        }

        await RunAll();
        int before = ProcessTable.OpenPipes();
        int[] zombies = ProcessTable.OwnZombies();
        await RunAll();

        Assert.Equal(before, ProcessTable.OpenPipes());
        Assert.Empty(ProcessTable.OwnZombies().Except(zombies));
    }

    [Fact]
    public async Task Times_of_a_command_are_told()
    {
        DateTimeOffset before = Time.GetUtcNow();
        ProcessUsage usage = (await Run(Commands.Command("true"))).Usage!;

        Assert.True(before <= usage.StartedAt && usage.StartedAt <= usage.FinishedAt && usage.FinishedAt <= Time.GetUtcNow());
        Assert.True(usage.Duration > TimeSpan.Zero);
        Assert.Null((await Run(Commands.Command("no-such-program"))).Usage);
    }

    [Fact]
    public async Task Closed_streams_hurt_nobody() =>
        Assert.Equal(new ProcessOutcome.Exited(4), await Run(Commands.Shell("exec <&- >&- 2>&-; exit 4").Reading("unread")));

    [Fact]
    public async Task Two_megabytes_in_one_argument_are_an_outcome()
    {
        ProcessOutcome outcome = await Run(Commands.Command("true", new string('a', 2 * 1024 * 1024)));

        Assert.Equal(StartFailure.TooLong, Assert.IsType<ProcessOutcome.NotStarted>(outcome).Reason);
    }

    private sealed class ByteOutput(Action<byte[]> write) : ITaskOutput
    {
        public void Write(OutputStream stream, ReadOnlySpan<byte> bytes) => write(bytes.ToArray());
    }

    private sealed class CountingOutput(OutputTail tail, Action<int> count) : ITaskOutput
    {
        public void Write(OutputStream stream, ReadOnlySpan<byte> bytes)
        {
            tail.Write(stream, bytes);
            count(bytes.Length);
        }
    }
}
