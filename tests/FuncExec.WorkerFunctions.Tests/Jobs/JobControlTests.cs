using FuncExec.Ledger;
using FuncExec.Orchestrator;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Tests.Tasks;
using Microsoft.DurableTask.Client;
using Moq;

namespace FuncExec.WorkerFunctions.Tests.Jobs;

public sealed class JobControlTests
{
    [Fact]
    public async Task Cancelling_sets_the_flag_and_tells_the_root_as_often_as_it_is_asked()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");

        JobControlOutcome first = await CancelAsync(node, job);
        JobControlOutcome second = await CancelAsync(node, job);

        Assert.IsType<JobControlOutcome.Done>(first);
        Assert.IsType<JobControlOutcome.Done>(second);
        Assert.Equal(new JobStop(StopKind.Cancel, "why"), (await node.JobAsync(job)).Stop);
        Assert.Equal([(job, FunctionNames.CancelEvent), (job, FunctionNames.CancelEvent)], node.Raised);
    }

    [Fact]
    public async Task A_job_that_is_not_there_or_has_finished_cannot_be_steered()
    {
        await using TestNode node = await TestNode.StartAsync();
        string finished = await FinishedAsync(node);
        JobControl control = node.Get<JobControl>();

        Assert.IsType<JobControlOutcome.NotFound>(await CancelAsync(node, "none"));
        Assert.IsType<JobControlOutcome.WrongState>(await CancelAsync(node, finished));
        Assert.IsType<JobControlOutcome.WrongState>(await control.SuspendAsync(node.Client.Object, finished, CancellationToken.None));
        Assert.IsType<JobControlOutcome.WrongState>(await control.ResumeAsync(node.Client.Object, finished, CancellationToken.None));
        Assert.Empty(node.Raised);
    }

    [Fact]
    public async Task Holding_reaches_the_root_and_every_lane_and_letting_go_wakes_them()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync($$"""{"maxParallelism":300,"commands":[{{string.Join(',', Enumerable.Repeat("""{"command":"x"}""", 300))}}]}""");
        string[] lanes = [$"{job}:main:0", $"{job}:main:1"];
        Array.ForEach(lanes, lane => node.SetInstance(lane, OrchestrationRuntimeStatus.Running));
        JobControl control = node.Get<JobControl>();

        await control.SuspendAsync(node.Client.Object, job, CancellationToken.None);
        Assert.Equal(JobStatus.Suspended, (await node.JobAsync(job)).Status);
        Assert.Equal([job, .. lanes], node.Suspended);

        await control.ResumeAsync(node.Client.Object, job, CancellationToken.None);
        Assert.Equal(JobStatus.Running, (await node.JobAsync(job)).Status);
        Assert.Equal([.. lanes, job], node.Resumed);
        Assert.Equal(lanes.Select(static lane => (lane, FunctionNames.ResumeEvent)), node.Raised);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_that_refuses_what_is_so_already_is_no_failure(bool suspended)
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        JobControl control = node.Get<JobControl>();
        if (!suspended)
        {
            await control.SuspendAsync(node.Client.Object, job, CancellationToken.None);
        }

        // Told before by a call whose answer got lost.
        node.SetInstance(job, suspended ? OrchestrationRuntimeStatus.Suspended : OrchestrationRuntimeStatus.Running);
        JobControlOutcome outcome = suspended
            ? await control.SuspendAsync(node.Client.Object, job, CancellationToken.None)
            : await control.ResumeAsync(node.Client.Object, job, CancellationToken.None);

        Assert.IsType<JobControlOutcome.Done>(outcome);
        Assert.Equal((suspended, false), ((await node.JobAsync(job)).IsSuspended, (await node.JobAsync(job)).IsSuspensionUntold));
    }

    [Fact]
    public async Task A_held_job_that_is_cancelled_is_let_go_so_that_it_hears_of_it()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        await node.Get<JobControl>().SuspendAsync(node.Client.Object, job, CancellationToken.None);

        await CancelAsync(node, job);

        Assert.Contains(job, node.Resumed);
        Assert.Contains((job, FunctionNames.CancelEvent), node.Raised);
    }

    [Fact]
    public async Task A_job_whose_root_was_only_just_suspended_is_let_go_too_when_it_is_cancelled()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        node.SetInstance(job, OrchestrationRuntimeStatus.Suspended); // By the management API; the flag follows later.

        await CancelAsync(node, job);

        Assert.Equal([job], node.Resumed);
        Assert.Contains((job, FunctionNames.CancelEvent), node.Raised);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_root_that_finishes_while_it_is_told_is_no_failure(bool finishes)
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        node.SetInstance(job, OrchestrationRuntimeStatus.Running);
        node.Client
            .Setup(static client => client.RaiseEventAsync(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<object>(), It.IsAny<CancellationToken>()))
            .Returns(() =>
            {
                node.SetInstance(job, finishes ? OrchestrationRuntimeStatus.Terminated : OrchestrationRuntimeStatus.Running);
                return Task.FromException(new InvalidOperationException("refused"));
            });

        if (finishes)
        {
            Assert.IsType<JobControlOutcome.Done>(await CancelAsync(node, job));
        }
        else
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => CancelAsync(node, job));
        }
    }

    [Fact]
    public async Task Cancelling_wakes_a_lane_that_was_suspended_by_itself()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"steps":[{"name":"a","payload":{"command":"x"}},{"name":"b","payload":{"command":"x"}}]}""");
        node.SetInstance($"{job}:a:0", OrchestrationRuntimeStatus.Suspended);
        node.SetInstance($"{job}:b:0", OrchestrationRuntimeStatus.Running);

        await CancelAsync(node, job);

        Assert.Equal([$"{job}:a:0"], node.Resumed);
    }

    [Fact]
    public async Task A_deleted_job_takes_its_instances_and_files_along()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await FinishedAsync(node);
        await node.Blobs.WriteAsync(new BlobName(job, "x"), new byte[10], CancellationToken.None);

        Assert.Equal(DeleteJobOutcome.Deleted, await node.Get<JobDeletion>().DeleteAsync(node.Client.Object, await node.JobAsync(job), CancellationToken.None));

        Assert.Equal([$"{job}:main:0", job], node.Purged);
        Assert.Empty(await node.Blobs.ListJobsAsync(CancellationToken.None).ToListAsync());
        Assert.True(await node.Ledger.IsDeletedAsync(job, CancellationToken.None));
    }

    [Fact]
    public async Task A_rerun_keeps_what_succeeded_and_names_its_origin()
    {
        await using TestNode node = await TestNode.StartAsync();
        string origin = await node.BeginAsync("""{"steps":[{"name":"a","payload":{"command":"x"},"artifacts":["f"]},{"name":"b","payload":{"command":"y"}}]}""");
        node.Execute = static async (task, output, cancellationToken) =>
        {
            await File.WriteAllTextAsync(Path.Combine(task.Directory!, "f"), "kept", cancellationToken);
            output.Write(ExecutorPlugins.OutputStream.Stdout, new byte[20_000]);
            return task.TaskId == "a/0"
                ? new ExecutorPlugins.TaskOutcome.Succeeded(0)
                : new ExecutorPlugins.TaskOutcome.Failed(ExecutorPlugins.FailureKind.Exit, 1, "no");
        };
        await node.RunAsync(origin);
        await node.RunAsync(origin, step: 1);
        await node.Get<JobCloser>().CloseAsync(origin, null, CancellationToken.None);

        JobControlOutcome outcome = await node.Get<JobReruns>().RerunAsync(node.Client.Object, origin, CancellationToken.None);

        JobRecord rerun = Assert.IsType<JobControlOutcome.Done>(outcome).Job;
        Assert.Equal((origin, JobState.Accepted, 1, 1), (rerun.RerunOf, rerun.State, rerun.Counts.Succeeded, rerun.Counts.Queued));
        Assert.Contains((FunctionNames.RunJob, rerun.Id), node.Scheduled);
        await node.Get<JobDeletion>().DeleteAsync(node.Client.Object, await node.JobAsync(origin), CancellationToken.None);
        ArtifactRecord artifact = Assert.Single((await node.Ledger.ListArtifactsAsync(rerun.Id, null, null, 10, CancellationToken.None)).Items);
        await using Stream? content = await node.Blobs.OpenContentAsync(rerun.Id, artifact.Hash, CancellationToken.None);
        Assert.Equal(4, content!.Length);
        TaskRecord kept = await node.TaskAsync(rerun.Id);
        Assert.Equal(20_000, await node.Blobs.GetLengthAsync(
            WorkerFunctions.Output.OutputNames.Of(kept.Key, kept.Attempt, kept.Token, ExecutorPlugins.OutputStream.Stdout), CancellationToken.None));
    }

    [Fact]
    public async Task There_is_nothing_to_run_again_of_a_job_that_succeeded()
    {
        await using TestNode node = await TestNode.StartAsync();

        Assert.IsType<JobControlOutcome.WrongState>(
            await node.Get<JobReruns>().RerunAsync(node.Client.Object, await FinishedAsync(node), CancellationToken.None));
    }

    private static async Task<string> FinishedAsync(TestNode node)
    {
        string job = await node.BeginAsync("""{"command":"x"}""");
        await node.RunAsync(job);
        await node.Get<JobCloser>().CloseAsync(job, null, CancellationToken.None);
        Assert.Equal(JobStatus.Succeeded, (await node.JobAsync(job)).Status);
        return job;
    }

    private static Task<JobControlOutcome> CancelAsync(TestNode node, string job) =>
        node.Get<JobControl>().CancelAsync(node.Client.Object, job, "why", CancellationToken.None);
}
