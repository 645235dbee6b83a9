using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;
using FuncExec.WorkerFunctions.Files.Attempts;
using FuncExec.WorkerFunctions.Tasks;
using FuncExec.WorkerFunctions.Tests.Files;

namespace FuncExec.WorkerFunctions.Tests.Tasks;

/// <summary>What ends the laying out of an attempt's directory and the collecting of its artifacts.</summary>
public sealed class TaskFilesTests
{
    private const string OneStep = """{"command":"x","artifacts":["*"]}""";
    private const string MustNotRunTwice = """{"command":"x","artifacts":["*"],"rerunOnLoss":false}""";
    private const string TwoSteps =
        """{"steps":[{"name":"make","payload":{"command":"x"},"artifacts":["*"]},{"name":"use","needs":["make"],"payload":{"command":"y"}}]}""";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_cancel_ends_the_collecting_of_artifacts()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync(OneStep);
        node.Execute = LeaveAsync;
        node.BeforeBlobs = HoldAt(nameof(IBlobStore.PutContentAsync));

        await CancelWhenHeldAsync(node, job, node.RunAsync(job));

        TaskRecord task = await node.TaskAsync(job);
        Assert.Equal((JobTaskStatus.Cancelled, 0), (task.Status, task.ExitCode));
        Assert.Contains("artifacts", task.Error, StringComparison.Ordinal);
        Assert.Empty((await node.Ledger.ListArtifactsAsync(job, null, null, 10, CancellationToken.None)).Items);
    }

    [Fact]
    public async Task A_cancel_ends_the_laying_out_of_artifacts()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync(TwoSteps);
        node.Execute = LeaveAsync;
        await node.RunAsync(job);
        node.BeforeBlobs = HoldAt(nameof(IBlobStore.MaterializeAsync));

        await CancelWhenHeldAsync(node, job, node.RunAsync(job, step: 1));

        Assert.Single(node.Executed);
    }

    [Fact]
    public async Task A_cancel_ends_the_unpacking_of_a_workspace_that_nobody_else_waits_for()
    {
        await using TestNode node = await TestNode.StartAsync();
        byte[] workspace = new Zipfile().File("a", "one").End();
        string job = await node.BeginAsync(OneStep, workspace);
        node.BeforeBlobs = HoldAt(nameof(IBlobStore.OpenContentAsync));

        await CancelWhenHeldAsync(node, job, node.RunAsync(job));
        await _letGo.Task.WaitAsync(Patience);
        Assert.Empty(node.Executed);

        node.BeforeBlobs = static (_, _) => Task.CompletedTask;
        string again = await node.BeginAsync(OneStep, workspace);
        Assert.Equal(JobTaskStatus.Succeeded, (await node.RunAsync(again)).Status);
        Assert.Equal("main/0/a", Assert.Single((await node.Ledger.ListArtifactsAsync(again, null, null, 10, CancellationToken.None)).Items).Name);
    }

    [Fact]
    public async Task A_node_that_stops_gives_back_what_it_has_not_collected_and_it_runs_again()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync(OneStep);
        node.Execute = LeaveAsync;
        node.BeforeBlobs = HoldAt(nameof(IBlobStore.PutContentAsync));
        using CancellationTokenSource stop = new();
        Task<TaskVerdict> running = node.RunAsync(job, cancellationToken: stop.Token);
        await _held.Task.WaitAsync(Patience);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience));

        TaskRecord task = await node.TaskAsync(job);
        Assert.Equal((JobTaskStatus.Queued, 0), (task.Status, task.Losses));
        node.BeforeBlobs = static (_, _) => Task.CompletedTask;
        Assert.Equal(JobTaskStatus.Succeeded, (await node.RunAsync(job)).Status);
        Assert.Equal([1, 1], node.Executed.Select(static executed => executed.Attempt));
    }

    [Fact]
    public async Task What_must_not_run_twice_fails_when_the_node_stops_before_its_artifacts_are_collected()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync(MustNotRunTwice);
        node.Execute = LeaveAsync;
        node.BeforeBlobs = HoldAt(nameof(IBlobStore.PutContentAsync));
        using CancellationTokenSource stop = new();
        Task<TaskVerdict> running = node.RunAsync(job, cancellationToken: stop.Token);
        await _held.Task.WaitAsync(Patience);

        await stop.CancelAsync();

        Assert.Equal(JobTaskStatus.Failed, (await running.WaitAsync(Patience)).Status);
        TaskRecord task = await node.TaskAsync(job);
        Assert.Equal((FailureKind.Lost, 0), (task.Failure, task.ExitCode));
        Assert.Contains("It had succeeded", task.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(IBlobStore.PutContentAsync), 0, "collected")]
    [InlineData(nameof(IBlobStore.MaterializeAsync), 1, "laid out")]
    public async Task Neither_takes_longer_than_it_may(string call, int step, string what)
    {
        await using TestNode node = await TestNode.StartAsync(("FuncExec:FilesTimeout", "1s"));
        string job = await node.BeginAsync(TwoSteps);
        node.Execute = LeaveAsync;
        node.BeforeBlobs = HoldAt(call);
        for (int before = 0; before < step; before++)
        {
            await node.RunAsync(job, step: before);
        }

        TaskVerdict verdict = await node.RunAsync(job, step: step).WaitAsync(Patience);

        Assert.Equal(JobTaskStatus.Failed, verdict.Status);
        TaskRecord task = await node.TaskAsync(job, step: step);
        Assert.Contains($"{what} within 00:00:01 (FuncExec__FilesTimeout)", task.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"maxAttempts":2,"initialInterval":"1h","maxInterval":"1h"}""", TaskNext.Retry)]
    [InlineData("""{"maxAttempts":2,"retryOnErrors":["artifacts"],"initialInterval":"1h","maxInterval":"1h"}""", TaskNext.Retry)]
    [InlineData("""{"maxAttempts":2,"retryOnErrors":["exit"]}""", TaskNext.Ended)]
    public async Task What_cannot_be_kept_is_a_failure_of_its_own_kind(string retry, TaskNext next)
    {
        await using TestNode node = await TestNode.StartAsync(("FuncExec:ArtifactLimit", "1"));
        string job = await node.BeginAsync($$"""{"command":"x","artifacts":["*"],"retry":{{retry}}}""");
        node.Execute = LeaveAsync;

        TaskVerdict verdict = await node.RunAsync(job);

        Assert.Equal(next, verdict.Next);
        TaskRecord task = await node.TaskAsync(job);
        Assert.Equal((FailureKind.Artifacts, 0), (task.Failure, task.ExitCode));
        Assert.Contains("FuncExec__ArtifactLimit", task.Error, StringComparison.Ordinal);
    }

    private static async Task<TaskOutcome> LeaveAsync(ExecutorTask task, ITaskOutput output, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(Path.Combine(task.Directory!, "left"), task.TaskId, cancellationToken);
        return new TaskOutcome.Succeeded(0);
    }

    /// <summary>At this call the store says nothing until it is told to end.</summary>
    private Func<string, CancellationToken, Task> HoldAt(string held) => async (call, cancellationToken) =>
    {
        if (call == held)
        {
            _held.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                _letGo.TrySetResult();
            }
        }
    };

    private async Task CancelWhenHeldAsync(TestNode node, string job, Task<TaskVerdict> running)
    {
        await _held.Task.WaitAsync(Patience);
        await node.Ledger.StopJobAsync(job, StopKind.Cancel, null, CancellationToken.None);
        node.Get<RunningTasks>().Cancel(job);

        Assert.Equal(JobTaskStatus.Cancelled, (await running.WaitAsync(Patience)).Status);
        Assert.Empty(Directory.GetFileSystemEntries(node.Get<AttemptDirectories>().Root));
    }
}
