using FuncExec.ExecutorPlugins.Processes;

namespace FuncExec.ExecutorPlugins.Tests.Processes;

/// <summary>What happens while there is no room for a command's output, or it is refused.</summary>
public abstract partial class ProcessRunnerContract
{
    [Fact]
    public async Task Command_waits_while_there_is_no_room_for_its_output()
    {
        const long bytes = 8 * 1024 * 1024;
        GatedOutput gated = new();
        Task<ProcessOutcome> outcome = CreateRunner(Time).RunAsync(Commands.Dummy("write", $"{bytes}"), gated, CancellationToken.None);
        await gated.Waited.WaitAsync(Limit);

        // Other commands come and go meanwhile; of the first no more is read than was on its way, which the other stream's may be.
        Assert.Equal(new ProcessOutcome.Exited(0), await Run(Commands.Command("true")));
        Assert.Equal(new ProcessOutcome.Exited(0), await Run(Commands.Command("true")));
        Assert.InRange(gated.Length, 1, 2 * 1024 * 1024);
        Assert.False(outcome.IsCompleted);

        gated.Open();
        Assert.Equal(new ProcessOutcome.Exited(0), await outcome.WaitAsync(Limit));
        Assert.Equal(2 * bytes, gated.Length);
    }

    [Fact]
    public async Task Last_output_waits_for_room_too()
    {
        GatedOutput gated = new();
        string go = Path.Combine(Scratch, "go");
        Task<ProcessOutcome> outcome = CreateRunner(Time).RunAsync(
            Commands.Shell($"mkfifo {go}; printf first; read go < {go}; printf second"), gated, CancellationToken.None);
        await gated.Waited.WaitAsync(Limit);
        await File.WriteAllTextAsync(go, "go\n");
        Assert.Equal(new ProcessOutcome.Exited(0), await Run(Commands.Command("true")));
        Assert.Equal("first", gated.Text);
        Assert.False(outcome.IsCompleted);

        gated.Open();

        Assert.Equal(new ProcessOutcome.Exited(0), await outcome.WaitAsync(Limit));
        Assert.Equal("firstsecond", gated.Text);
    }

    [Fact]
    public async Task Output_that_fails_at_the_end_reaches_the_caller()
    {
        GatedOutput gated = new();
        Task<ProcessOutcome> outcome = CreateRunner(Time).RunAsync(Commands.Shell("printf first"), gated, CancellationToken.None);
        await gated.Waited.WaitAsync(Limit);
        Assert.Equal(new ProcessOutcome.Exited(0), await Run(Commands.Command("true")));

        gated.Break(new InvalidDataException("broken"));

        Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidDataException>(() => outcome.WaitAsync(Limit))).Message);
        Assert.Equal(new ProcessOutcome.Exited(0), await Run(Commands.Command("true")));
    }

    [Fact]
    public async Task Cancel_ends_a_command_that_waits_for_room()
    {
        using CancellationTokenSource cancel = new();
        GatedOutput gated = new();
        Task<ProcessOutcome> outcome = CreateRunner(Time).RunAsync(Commands.Dummy("endless"), gated, cancel.Token);
        await gated.Waited.WaitAsync(Limit);

        await cancel.CancelAsync();

        Assert.Equal(new ProcessOutcome.Cancelled(), await outcome.WaitAsync(Limit));
        Assert.InRange(gated.Length, 1, 4 * 1024 * 1024);
    }

    [Fact]
    public async Task Timeout_ends_a_command_that_waits_for_room()
    {
        GatedOutput gated = new();
        Task<ProcessOutcome> outcome = CreateRunner(Time).RunAsync(
            Commands.Shell("echo pid $$; exec cat /dev/zero") with { Timeout = FiredTime.Never }, gated, CancellationToken.None);
        await gated.Waited.WaitAsync(Limit);

        Time.Fire();
        ProcessTable.WaitUntilEnded(gated.Pids);
        gated.Open();

        Assert.Equal(new ProcessOutcome.TimedOut(), await outcome.WaitAsync(Limit));
    }

    [Fact]
    public async Task Output_that_cannot_wait_ends_the_command_and_reaches_the_caller()
    {
        GatedOutput gated = new();
        Task<ProcessOutcome> outcome = CreateRunner(Time).RunAsync(Commands.Dummy("endless"), gated, CancellationToken.None);
        await gated.Waited.WaitAsync(Limit);

        gated.Break(new InvalidDataException("broken"));

        Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidDataException>(() => outcome.WaitAsync(Limit))).Message);
    }

    [Fact]
    public async Task Output_that_throws_ends_the_command_and_reaches_the_caller()
    {
        Task<ProcessOutcome> outcome = CreateRunner(Time).RunAsync(
            Commands.Shell("echo hello; exec sleep 600"), new ByteOutput(static _ => throw new InvalidDataException("broken")), CancellationToken.None);

        Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidDataException>(() => outcome.WaitAsync(Limit))).Message);
        Assert.Equal(new ProcessOutcome.Exited(0), await Run(Commands.Command("true")));
    }
}
