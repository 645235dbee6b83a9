using FuncExec.Ledger;
using FuncExec.Orchestrator;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Housekeeping;
using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Tests.Tasks;
using Microsoft.DurableTask.Client;

namespace FuncExec.WorkerFunctions.Tests.Housekeeping;

public sealed class SweeperTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_accepted_job_that_was_never_started_is_started()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.AcceptAsync("""{"command":"x"}""");
        node.SetInstance(job, null);
        node.Scheduled.Clear();

        await SweepAsync(node);
        Assert.Empty(node.Scheduled); // Too young: its own request is perhaps just about it.

        node.Time.Advance(TimeSpan.FromSeconds(6));
        await SweepAsync(node);
        Assert.Equal((FunctionNames.RunJob, job), Assert.Single(node.Scheduled));
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Terminated, JobStatus.Cancelled, "cancelled: It was terminated by the management API.")]
    [InlineData(OrchestrationRuntimeStatus.Failed, JobStatus.Failed, "failed: its orchestration failed: no reason was given")]
    [InlineData(null, JobStatus.Cancelled, "cancelled: It was purged by the management API.")]
    public async Task What_the_management_API_did_to_a_root_is_done_to_its_job(OrchestrationRuntimeStatus? status, JobStatus end, string error)
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"commands":[{"command":"x"},{"command":"x"}]}""");
        node.SetInstance(job, status);
        node.SetInstance($"{job}:main:0", OrchestrationRuntimeStatus.Running);

        node.Time.Advance(TimeSpan.FromSeconds(6));
        await SweepAsync(node);

        JobRecord record = await node.JobAsync(job);
        Assert.Equal((end, error, 2), (record.Status, record.Error, record.Counts.Cancelled));
        Assert.Equal([$"{job}:main:0"], node.Terminated);
    }

    [Theory]
    [InlineData(null, "cancelled: Its lane '{0}:main:0' was terminated by the management API.", JobStatus.Cancelled)]
    [InlineData("\"enough\"", "cancelled: Its lane '{0}:main:0' was terminated by the management API: enough.", JobStatus.Cancelled)]
    [InlineData("\"The job has ended.\"", "failed: its orchestration failed: no reason was given", JobStatus.Failed)] // By an earlier look.
    public async Task A_root_that_failed_for_a_lane_was_terminated_has_its_job_cancelled(string? output, string error, JobStatus end)
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        node.SetInstance(job, OrchestrationRuntimeStatus.Failed);
        node.SetInstance($"{job}:main:0", OrchestrationRuntimeStatus.Terminated, output);
        node.Time.Advance(TimeSpan.FromSeconds(6));

        await SweepAsync(node);

        JobRecord record = await node.JobAsync(job);
        Assert.Equal((end, string.Format(System.Globalization.CultureInfo.InvariantCulture, error, job)), (record.Status, record.Error));
    }

    [Fact]
    public async Task A_root_that_was_suspended_holds_its_job_and_one_that_was_resumed_lets_it_go()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        node.SetInstance(job, OrchestrationRuntimeStatus.Suspended);
        node.Time.Advance(TimeSpan.FromSeconds(6));
        await SweepAsync(node);
        Assert.False((await node.JobAsync(job)).IsSuspended); // Seen once: whoever suspends it may be just about it.

        node.Time.Advance(TimeSpan.FromSeconds(6));
        await SweepAsync(node);
        Assert.True((await node.JobAsync(job)).IsSuspended);

        node.SetInstance(job, OrchestrationRuntimeStatus.Running);
        await SweepAsync(node);
        node.Time.Advance(TimeSpan.FromSeconds(6));
        await SweepAsync(node);
        Assert.False((await node.JobAsync(job)).IsSuspended);
    }

    [Fact]
    public async Task A_job_that_ended_while_it_differed_from_its_root_is_not_remembered()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        node.SetInstance(job, OrchestrationRuntimeStatus.Suspended);
        node.Time.Advance(TimeSpan.FromSeconds(6));
        await SweepAsync(node);
        Assert.Equal(1, node.Get<RootWatch>().Differing);

        await node.RunAsync(job);
        await node.Get<JobCloser>().CloseAsync(job, null, CancellationToken.None);
        node.SetInstance(job, OrchestrationRuntimeStatus.Completed);
        await SweepAsync(node);

        Assert.Equal(0, node.Get<RootWatch>().Differing);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_asked_of_a_job_and_did_not_reach_its_root_is_told_again_and_not_undone(bool suspended)
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        if (!suspended)
        {
            await node.Ledger.SetSuspendedAsync(job, true, CancellationToken.None);
            await node.Ledger.ConfirmSuspensionAsync(job, true, CancellationToken.None);
        }

        // The flag is set, and whoever set it is gone before the hub was told.
        await node.Ledger.SetSuspendedAsync(job, suspended, CancellationToken.None);
        node.SetInstance(job, suspended ? OrchestrationRuntimeStatus.Running : OrchestrationRuntimeStatus.Suspended);
        for (int i = 0; i < 3; i++)
        {
            node.Time.Advance(TimeSpan.FromSeconds(6));
            await SweepAsync(node);
        }

        Assert.Equal((suspended, false), ((await node.JobAsync(job)).IsSuspended, (await node.JobAsync(job)).IsSuspensionUntold));
        Assert.Equal(suspended, node.Suspended.Contains(job));
        Assert.Equal(!suspended, node.Resumed.Contains(job));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_that_is_behind_does_not_undo_what_was_asked_of_a_job(bool suspended)
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        JobControl control = node.Get<JobControl>();
        if (!suspended)
        {
            await control.SuspendAsync(node.Client.Object, job, CancellationToken.None);
        }

        node.HostLags = true;
        await (suspended ? control.SuspendAsync(node.Client.Object, job, CancellationToken.None) : control.ResumeAsync(node.Client.Object, job, CancellationToken.None));
        for (int i = 0; i < 3; i++)
        {
            node.Time.Advance(TimeSpan.FromSeconds(6));
            await SweepAsync(node);
            Assert.Equal((suspended, true), ((await node.JobAsync(job)).IsSuspended, (await node.JobAsync(job)).IsSuspensionUntold));
        }

        node.HostLags = false;
        for (int i = 0; i < 3; i++)
        {
            node.Time.Advance(TimeSpan.FromSeconds(6));
            await SweepAsync(node);
        }

        Assert.Equal((suspended, false), ((await node.JobAsync(job)).IsSuspended, (await node.JobAsync(job)).IsSuspensionUntold));
    }

    [Fact]
    public async Task A_job_that_was_asked_to_end_is_told_again()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        await node.Ledger.StopJobAsync(job, StopKind.Cancel, null, CancellationToken.None);

        node.Time.Advance(TimeSpan.FromSeconds(6));
        await SweepAsync(node);

        Assert.Equal([(job, FunctionNames.CancelEvent)], node.Raised);
    }

    [Fact]
    public async Task A_job_whose_commands_take_long_to_end_is_not_told_every_second()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        string id = node.Get<WorkerFunctions.Nodes.NodeHeart>().Id;
        TaskClaim claim = new() { Task = new TaskKey(job, 0, 0), Attempt = 1, Node = id, RerunOnLoss = true };
        await node.Ledger.ClaimAsync(claim, CancellationToken.None);
        await node.Ledger.StopJobAsync(job, StopKind.Cancel, null, CancellationToken.None);

        await node.Get<Sweeper>().WatchRunningAsync(node.Client.Object, CancellationToken.None);

        Assert.Empty(node.Raised); // Each is an event in the root's history.
    }

    [Fact]
    public async Task Finished_jobs_go_after_their_time_and_unfinished_ones_stay()
    {
        await using TestNode node = await TestNode.StartAsync(("FuncExec:Retention:Time", "7d"));
        string old = await FinishedAsync(node);
        string open = await node.BeginAsync("""{"command":"x"}""");
        node.Time.Advance(TimeSpan.FromDays(6));
        string young = await FinishedAsync(node);
        await SweepAsync(node);
        Assert.NotNull(await node.Ledger.GetJobAsync(old, CancellationToken.None));

        node.Time.Advance(TimeSpan.FromDays(1.1));
        await SweepAsync(node);

        Assert.Null(await node.Ledger.GetJobAsync(old, CancellationToken.None));
        Assert.NotNull(await node.Ledger.GetJobAsync(young, CancellationToken.None));
        Assert.NotNull(await node.Ledger.GetJobAsync(open, CancellationToken.None));
        Assert.Contains(old, node.Purged);
    }

    [Fact]
    public async Task Past_the_size_the_oldest_finished_jobs_go()
    {
        await using TestNode node = await TestNode.StartAsync(("FuncExec:Retention:Size", "50KiB"), ("FuncExec:Retention:Time", "0"));
        node.Execute = static (_, output, _) =>
        {
            output.Write(ExecutorPlugins.OutputStream.Stdout, new byte[30_000]);
            return Task.FromResult<ExecutorPlugins.TaskOutcome>(new ExecutorPlugins.TaskOutcome.Succeeded(0));
        };
        string first = await FinishedAsync(node);
        string second = await FinishedAsync(node);

        await SweepAsync(node);

        Assert.Null(await node.Ledger.GetJobAsync(first, CancellationToken.None));
        Assert.NotNull(await node.Ledger.GetJobAsync(second, CancellationToken.None));
    }

    [Fact]
    public async Task A_finished_job_whose_root_was_purged_goes_too()
    {
        await using TestNode node = await TestNode.StartAsync();
        string purged = await FinishedAsync(node);
        string other = await FinishedAsync(node);
        node.SetInstance(purged, null);
        node.Time.Advance(TimeSpan.FromSeconds(6));

        await SweepAsync(node);

        Assert.Null(await node.Ledger.GetJobAsync(purged, CancellationToken.None));
        Assert.NotNull(await node.Ledger.GetJobAsync(other, CancellationToken.None));
    }

    [Fact]
    public async Task A_command_that_does_not_end_keeps_nobody_from_being_looked_after()
    {
        await using TestNode node = await TestNode.StartAsync();
        TaskCompletionSource started = new();
        TaskCompletionSource ends = new();
        node.Execute = async (_, _, _) =>
        {
            started.SetResult();
            await ends.Task;
            return new ExecutorPlugins.TaskOutcome.Cancelled();
        };
        string stubborn = await node.BeginAsync("""{"command":"x"}""");
        Task running = node.RunAsync(stubborn);
        await started.Task.WaitAsync(Patience);
        string other = await node.BeginAsync("""{"command":"x"}""");
        node.SetInstance(stubborn, OrchestrationRuntimeStatus.Terminated);
        node.SetInstance(other, OrchestrationRuntimeStatus.Terminated);
        node.Time.Advance(TimeSpan.FromSeconds(6));

        await SweepAsync(node).WaitAsync(Patience);
        Assert.Equal(JobStatus.Cancelled, (await node.JobAsync(other)).Status);
        Assert.Equal(JobStatus.Running, (await node.JobAsync(stubborn)).Status);

        ends.SetResult();
        await running.WaitAsync(Patience);
        await SweepAsync(node).WaitAsync(Patience);
        Assert.Equal(JobStatus.Cancelled, (await node.JobAsync(stubborn)).Status);
    }

    [Fact]
    public async Task Files_of_no_job_go_when_they_were_seen_for_an_hour()
    {
        await using TestNode node = await TestNode.StartAsync();
        string orphan = JobIds.New(node.Time.GetUtcNow());
        await node.Blobs.WriteAsync(new BlobName(orphan, "x"), new byte[1], CancellationToken.None);
        await SweepAsync(node);
        Assert.Single(await node.Blobs.ListJobsAsync(CancellationToken.None).ToListAsync());

        node.Time.Advance(TimeSpan.FromHours(1.1));
        await SweepAsync(node);

        Assert.Empty(await node.Blobs.ListJobsAsync(CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task A_deletion_that_was_interrupted_goes_on()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await FinishedAsync(node);
        Assert.Equal(DeleteJobOutcome.More, await node.Ledger.DeleteJobAsync(job, 1, CancellationToken.None));

        await SweepAsync(node);

        Assert.Contains(job, node.Purged);
        Assert.Equal(DeleteJobOutcome.NotFound, await node.Ledger.DeleteJobAsync(job, 1, CancellationToken.None));
    }

    [Fact]
    public async Task A_rerun_that_was_interrupted_goes_on()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Execute = static (_, _, _) => Task.FromResult<ExecutorPlugins.TaskOutcome>(
            new ExecutorPlugins.TaskOutcome.Failed(ExecutorPlugins.FailureKind.Exit, 1, "no"));
        string origin = await FinishedAsync(node);
        string rerun = JobIds.New(node.Time.GetUtcNow());
        byte[] document = (await node.Ledger.GetDocumentAsync(origin, CancellationToken.None))!;
        await node.Ledger.CreateJobAsync(
            new NewJob { Id = rerun, Steps = [new NewStep("main", 1)], Document = document, RerunOf = origin }, 10, CancellationToken.None);
        Assert.Equal(JobState.Preparing, (await node.JobAsync(rerun)).State);

        node.Time.Advance(TimeSpan.FromMinutes(2));
        await SweepAsync(node);

        Assert.Equal(JobState.Accepted, (await node.JobAsync(rerun)).State);
        Assert.Contains((FunctionNames.RunJob, rerun), node.Scheduled);
    }

    private static async Task<string> FinishedAsync(TestNode node)
    {
        string job = await node.BeginAsync("""{"command":"x"}""");
        await node.RunAsync(job);
        await node.Get<JobCloser>().CloseAsync(job, null, CancellationToken.None);
        node.SetInstance(job, OrchestrationRuntimeStatus.Completed);
        return job;
    }

    private static Task SweepAsync(TestNode node) => node.Get<Sweeper>().SweepAsync(node.Client.Object, CancellationToken.None);
}
