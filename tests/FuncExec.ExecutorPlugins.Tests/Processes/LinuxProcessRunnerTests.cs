using FuncExec.ExecutorPlugins.Processes;
using FuncExec.ExecutorPlugins.Processes.Linux;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.ExecutorPlugins.Tests.Processes;

/// <summary>The contract, and what only this runner promises: when the outcome is known nothing of the tree is left.</summary>
[Collection(ProcessCollection.Name)]
public sealed class LinuxProcessRunnerTests : ProcessRunnerContract
{
    /// <summary>A process that ignores SIGTERM and says who it is.</summary>
    private const string Stubborn = "trap '' TERM; echo pid $$; while :; do sleep 600; done";

    protected override IProcessRunner CreateRunner(TimeProvider time) =>
        new LinuxProcessRunner(time, NullLogger<LinuxProcessRunner>.Instance);

    [Fact]
    public async Task Signal_is_told()
    {
        Assert.Equal(new ProcessOutcome.Exited(128 + 9, 9), await Run(Commands.Shell("kill -KILL $$")));
        Assert.Equal(new ProcessOutcome.Exited(128 + 6, 6), await Run(Commands.Shell("kill -ABRT $$")));
    }

    [Fact]
    public async Task Broken_pipe_ends_a_command_as_in_a_shell()
    {
        // A child that inherited the runtime's ignored SIGPIPE would report an error instead of ending quietly.
        const long all = 0x7FFFFFFF; // Beyond are the C library's own.
        await Run(Commands.Shell("grep -E '^Sig(Ign|Blk)' /proc/self/status"));

        Assert.All(
            Output.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            static line => Assert.Equal(0, Convert.ToInt64(line.Split('\t')[1], 16) & all));
    }

    [Fact]
    public async Task Only_three_descriptors_are_inherited()
    {
        using FileStream open = File.OpenRead("/etc/passwd");
        await Run(Commands.Command("ls", "/proc/self/fd"));

        Assert.Equal("0\n1\n2\n3\n", Output.Stdout); // 3 is the directory that ls reads.
    }

    [Theory]
    [InlineData("sh -c \"$S\" & sh -c \"$S\"", 2)]
    [InlineData("setsid sh -c \"$S\" & sh -c \"$S\"", 2)]
    [InlineData("(setsid sh -c \"$S\" &) ; (sh -c \"$S\" &) ; sh -c \"$S\"", 3)]
    [InlineData("(setsid sh -c '(setsid sh -c \"$S\" &)' &) ; sh -c \"$S\"", 2)]
    [InlineData("setsid env -i S=\"$S\" sh -c 'sh -c \"$S\"' & wait", 1)]
    [InlineData("kill -STOP $$", 0)]
    public async Task Whole_tree_is_gone_after_a_timeout(string script, int announced)
    {
        Task<ProcessOutcome> outcome = Run(Commands.Shell($"echo pid $$; {script}").With("S", Stubborn) with { Timeout = FiredTime.Never });
        await Output.Until(_ => Output.Pids().Length == announced + 1);

        Time.Fire();

        Assert.Equal(new ProcessOutcome.TimedOut(), await outcome);
        Assert.All(Output.Pids(), static pid => Assert.False(ProcessTable.IsThere(pid), $"{pid} is left."));
    }

    [Theory]
    [InlineData("sh -c \"$S\" &")]
    [InlineData("setsid sh -c \"$S\" &")]
    [InlineData("(setsid sh -c \"$S\" &)")]
    [InlineData("(setsid sh -c '(setsid sh -c \"$S\" &)' &)")]
    public async Task Nothing_stays_after_a_successful_exit(string script)
    {
        // The leader ends when the other has announced itself.
        string fifo = Path.Combine(Scratch, "fifo");
        ProcessCommand command = Commands.Shell($"mkfifo {fifo}; {script}\nread ready < {fifo}")
            .With("S", $"trap '' TERM; echo pid $$; echo ready > {fifo}; while :; do sleep 600; done");

        int[] zombies = ProcessTable.OwnZombies();
        Assert.Equal(new ProcessOutcome.Exited(0), await Run(command));
        Assert.False(ProcessTable.IsThere(Assert.Single(Output.Pids())));
        Assert.Empty(ProcessTable.OwnZombies().Except(zombies));
    }

    [Fact]
    public async Task Reader_at_the_end_of_a_pipe_may_finish()
    {
        Assert.Equal(new ProcessOutcome.Exited(0), await Run(Commands.Command("bash", "-c", "echo hello > >(sed s/hello/bye/)")));
        Assert.Equal("bye\n", Output.Stdout);
    }

    [Fact]
    public async Task Tree_that_ends_on_SIGTERM_is_not_killed()
    {
        using CancellationTokenSource cancel = new();
        ProcessCommand command = Commands.Shell("trap 'echo cleaned up; exit 0' TERM; echo ready; while :; do sleep 0.01; done");
        Task<ProcessOutcome> outcome = Run(command with { KillGrace = TimeSpan.FromMinutes(1) }, cancel.Token);
        await Output.Until(static text => text.Contains("ready"));

        await cancel.CancelAsync();

        Assert.Equal(new ProcessOutcome.Cancelled(), await outcome);
        Assert.EndsWith("cleaned up\n", Output.Stdout);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kill_ends_the_tree_without_its_grace(bool isTerminatedBefore)
    {
        using CancellationTokenSource cancel = new();
        using CancellationTokenSource kill = new();
        ProcessCommand command = Commands.Shell(
            "trap 'echo told' TERM; echo pid $$; setsid sh -c 'trap : TERM; echo pid $$; while :; do sleep 0.01; done' & while :; do sleep 0.01; done");
        Task<ProcessOutcome> outcome = Run(command with { KillGrace = TimeSpan.FromMinutes(10), Kill = kill.Token }, cancel.Token);
        await Output.Until(_ => Output.Pids().Length == 2);
        if (isTerminatedBefore)
        {
            await cancel.CancelAsync();
            await Output.Until(static text => text.Contains("told"));
        }

        await kill.CancelAsync();

        Assert.Equal(new ProcessOutcome.Cancelled(), await outcome);
        Assert.All(Output.Pids(), static pid => Assert.False(ProcessTable.IsThere(pid), $"{pid} is left."));
        Assert.Equal(isTerminatedBefore, Output.Stdout.Contains("told"));
    }

    [Fact]
    public async Task One_command_s_end_leaves_the_others_alone()
    {
        using CancellationTokenSource cancel = new();
        CapturedOutput others = new();
        Task<ProcessOutcome> other = CreateRunner(Time).RunAsync(
            Commands.Shell("(setsid sh -c 'echo pid $$; exec sleep 600' &) ; sleep 600"), others, cancel.Token);
        await others.Until(_ => others.Pids().Length == 1);

        Assert.Equal(new ProcessOutcome.Exited(0), await Run(Commands.Shell("(setsid sleep 600 &)")));

        Assert.True(ProcessTable.IsThere(Assert.Single(others.Pids())));
        await cancel.CancelAsync();
        await other;
        Assert.False(ProcessTable.IsThere(Assert.Single(others.Pids())));
    }

    [Fact]
    public async Task What_the_service_started_by_other_means_is_left_alone()
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start("sleep", "600");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Run(Commands.Shell("(setsid sleep 600 &)"))));

        Assert.False(process.HasExited);
        process.Kill();
        await process.WaitForExitAsync();
        Assert.Equal(137, process.ExitCode);
    }

    [Fact]
    public async Task Nobody_is_lost_below_one_that_dies_of_the_signal_at_once()
    {
        // The one between has left session and environment, and takes the knowledge of what is below along. On a busy machine it
        // is gone before the next line of the look.
        using CancellationTokenSource enough = new();
        Task[] busy = [.. Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => Task.Factory.StartNew(Spin, TaskCreationOptions.LongRunning))];
        for (int round = 0; round < 20; round++)
        {
            CapturedOutput output = new();
            FiredTime time = new();
            ProcessCommand command = Commands.Shell("echo pid $$; setsid env -i S=\"$S\" sh -c 'sh -c \"$S\"; true' & wait")
                .With("S", Stubborn) with { Timeout = FiredTime.Never, KillGrace = TimeSpan.FromMilliseconds(20) };
            Task<ProcessOutcome> outcome = CreateRunner(time).RunAsync(command, output, CancellationToken.None);
            await output.Until(_ => output.Pids().Length == 2);

            time.Fire();

            Assert.Equal(new ProcessOutcome.TimedOut(), await outcome);
            Assert.All(output.Pids(), static pid => Assert.False(ProcessTable.IsThere(pid), $"{pid} is left."));
        }

        await enough.CancelAsync();
        await Task.WhenAll(busy);

        void Spin()
        {
            while (!enough.IsCancellationRequested)
            {
                Thread.SpinWait(1_000);
            }
        }
    }

    [Fact]
    public async Task Processor_time_of_the_whole_tree_is_told()
    {
        // The leader waits for one that works, and leaves behind one that has worked and whom nobody waits for.
        const string work = "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done";
        string fifo = Path.Combine(Scratch, "fifo");
        ProcessUsage alone = (await Run(Commands.Shell($"sh -c '{work}'; exit 0"))).Usage!;
        ProcessUsage both = (await Run(Commands.Shell($"mkfifo {fifo}; (setsid sh -c '{work}; {work}; {work}; {work}; echo > {fifo}' &) ; read done < {fifo}"))).Usage!;

        Assert.True(alone.UserCpu > TimeSpan.Zero);
        Assert.True(both.UserCpu > alone.UserCpu, $"{both.UserCpu} is not more than {alone.UserCpu}.");
        Assert.NotNull(both.SystemCpu);
    }

    [Fact]
    public async Task Memory_of_the_largest_process_is_told_when_it_is_more_than_the_service_s()
    {
        const long block = 512L * 1024 * 1024;
        ProcessUsage usage = (await Run(Commands.Shell($"dd if=/dev/zero of=/dev/null bs={block} count=1 2>&1; exit 0"))).Usage!;

        Assert.InRange(usage.PeakMemoryBytes!.Value, block, 2 * block);
    }

    [Fact]
    public async Task Small_command_is_not_said_to_have_the_service_s_memory()
    {
        ProcessUsage usage = (await Run(Commands.Command("true"))).Usage!;

        Assert.True(usage.PeakMemoryBytes is null or < 16 * 1024 * 1024, $"{usage.PeakMemoryBytes}");
    }

    [Fact]
    public async Task What_runs_away_from_SIGKILL_is_caught()
    {
        // Each starts its successor in a new session and ends: twenty chains, never twice the same process. They end in
        // one that stays, so that a machine that runs the test is not theirs for ever should they not be caught.
        const string chain = "[ $N -eq 0 ] && exec sleep 600; N=$((N-1)); export N; setsid sh -c \"$S\" &";
        using CancellationTokenSource cancel = new();
        Task<ProcessOutcome> outcome = Run(
            Commands.Shell("for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sh -c \"$S\"; done; echo started; exec sleep 600")
                .With("S", chain).With("N", "2000"),
            cancel.Token);
        await Output.Until(static text => text.Contains("started"));

        await cancel.CancelAsync();

        Assert.Equal(new ProcessOutcome.Cancelled(), await outcome);
        Assert.Empty(ProcessTable.WithVariable($"S={chain}"));
    }

    [Fact]
    public async Task Many_processes_end_with_their_command()
    {
        using CancellationTokenSource cancel = new();
        Task<ProcessOutcome> outcome = Run(
            Commands.Shell("trap '' TERM; i=0; while [ $i -lt 400 ]; do (setsid sleep 600 &) ; sleep 600 & i=$((i+1)); done; echo started; wait").With("STORM", "1"),
            cancel.Token);
        await Output.Until(static text => text.Contains("started"));

        await cancel.CancelAsync();

        Assert.Equal(new ProcessOutcome.Cancelled(), await outcome);
        Assert.Empty(ProcessTable.WithVariable("STORM=1"));
    }

    [Fact]
    public async Task Daemon_that_left_everything_is_ended_when_its_command_is()
    {
        string fifo = Path.Combine(Scratch, "fifo");
        IProcessRunner runner = new LinuxProcessRunner(Time, NullLogger<LinuxProcessRunner>.Instance, new ProcessRunnerOptions());
        using CancellationTokenSource cancel = new();
        CapturedOutput others = new();
        Task<ProcessOutcome> younger = Task.FromResult<ProcessOutcome>(new ProcessOutcome.Cancelled());
        ProcessCommand command = Commands.Shell(
            $"mkfifo {fifo}; env -i PATH=\"$PATH\" F={fifo} sh -c '(setsid sh -c \"trap : TERM; echo pid \\$\\$; echo > $F; while :; do sleep 600; done\" &)'; read ready < {fifo}");
        Task<ProcessOutcome> outcome = runner.RunAsync(command, Output, CancellationToken.None);
        await Output.Until(_ => Output.Pids().Length == 1);

        // By the kernel's clock they must differ.
        long now = BootClock.Now;
        SpinWait.SpinUntil(() => BootClock.Now > now + 1);
        younger = runner.RunAsync(Commands.Shell("echo pid $$; exec sleep 600"), others, cancel.Token);

        Assert.Equal(new ProcessOutcome.Exited(0), await outcome.WaitAsync(TimeSpan.FromMinutes(1)));
        ProcessTable.WaitUntilEnded(Output.Pids());
        await cancel.CancelAsync();
        await younger;
    }
}
