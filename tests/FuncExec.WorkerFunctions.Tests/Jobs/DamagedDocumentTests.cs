using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;
using FuncExec.Orchestrator.Summaries;
using FuncExec.WorkerFunctions.Housekeeping;
using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Nodes;
using FuncExec.WorkerFunctions.Tests.Tasks;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.WorkerFunctions.Tests.Jobs;

/// <summary>A job whose stored document cannot be read any more hurts itself alone, and can be got rid of.</summary>
public sealed class DamagedDocumentTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static TheoryData<string?, string?> Damages => new()
    {
        { "{\"Steps\":[", null },
        { "null", null },
        { null, "\0\0\0\0" },
        { null, "" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_root_that_cannot_be_told_what_to_do_ends_its_job_as_failed_and_says_why(string? row, string? blob)
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await CreateAsync(node, row, blob);

        PlannedJob plan = await Activities(node).PlanJob(new JobRef(job), CancellationToken.None).WaitAsync(Patience);

        Assert.StartsWith("its stored document is damaged: ", plan.Refusal, StringComparison.Ordinal);
        JobRecord record = await node.JobAsync(job);
        Assert.Equal((JobStatus.Failed, "failed: " + plan.Refusal, 300), (record.Status, record.Error, record.Counts.Cancelled));
    }

    [Fact]
    public async Task A_document_that_is_gone_ends_its_job_too()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await CreateAsync(node, null, null);

        await Activities(node).PlanJob(new JobRef(job), CancellationToken.None).WaitAsync(Patience);

        Assert.Equal("failed: its stored document is gone.", (await node.JobAsync(job)).Error);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task It_can_be_cancelled_while_it_runs_and_deleted_then(string? row, string? blob)
    {
        await using TestNode node = await TestNode.StartAsync();
        string other = await node.BeginAsync("""{"command":"x"}""");
        string job = await CreateAsync(node, row, blob);
        await node.Ledger.BeginJobAsync(job, CancellationToken.None);
        node.SetInstance(job, OrchestrationRuntimeStatus.Running);

        JobControlOutcome outcome = await node.Get<JobControl>().CancelAsync(node.Client.Object, job, "why", CancellationToken.None);
        JobSummary summary = await Activities(node).CloseJob(new JobRef(job), CancellationToken.None).WaitAsync(Patience);

        Assert.IsType<JobControlOutcome.Done>(outcome);
        Assert.Equal((JobStatus.Cancelled, "cancelled: why"), (summary.Status, summary.Error));
        Assert.Equal(
            DeleteJobOutcome.Deleted,
            await node.Get<JobDeletion>().DeleteAsync(node.Client.Object, await node.JobAsync(job), CancellationToken.None));
        Assert.Equal([$"{job}:main:0", $"{job}:main:1", job], node.Purged); // All that it can have had.
        Assert.Equal(JobStatus.Running, (await node.JobAsync(other)).Status);
    }

    [Fact]
    public async Task A_task_that_nobody_can_tell_any_more_ends_its_job_and_no_other()
    {
        await using TestNode node = await TestNode.StartAsync();
        string other = await node.BeginAsync("""{"command":"x"}""");
        string job = await CreateAsync(node, "{", null);
        await node.Ledger.BeginJobAsync(job, CancellationToken.None);

        TaskVerdict verdict = await node.RunAsync(job).WaitAsync(Patience);
        JobSummary summary = await Activities(node).CloseJob(new JobRef(job), CancellationToken.None).WaitAsync(Patience);

        Assert.Equal(TaskNext.Stopped, verdict.Next);
        Assert.StartsWith("cancelled: The job cannot go on: its stored document is damaged: ", summary.Error, StringComparison.Ordinal);
        Assert.Equal(JobTaskStatus.Succeeded, (await node.RunAsync(other)).Status);
    }

    [Fact]
    public async Task A_job_that_was_damaged_after_its_last_task_is_closed_and_says_what_that_changed()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await CreateAsync(node, "{", null, tasks: 1);
        await node.Ledger.BeginJobAsync(job, CancellationToken.None);
        TaskKey task = new(job, 0, 0);
        TaskClaim claim = new() { Task = task, Attempt = 1, Node = node.Get<NodeHeart>().Id, RerunOnLoss = true };
        long token = Assert.IsType<ClaimOutcome.Claimed>(await node.Ledger.ClaimAsync(claim, CancellationToken.None)).Token;
        await node.Ledger.EndAttemptAsync(
            new AttemptEnd { Task = task, Token = token, Status = JobTaskStatus.Failed, ExitCode = 1, Error = "no" }, CancellationToken.None);

        JobSummary summary = await Activities(node).CloseJob(new JobRef(job), CancellationToken.None).WaitAsync(Patience);

        Assert.StartsWith("failed: 1 of 1 tasks did not succeed. Every step counted, for its stored document is damaged: ", (await node.JobAsync(job)).Error, StringComparison.Ordinal);
        Assert.Equal(JobStatus.Failed, summary.Status);
    }

    [Fact]
    public async Task Its_time_can_end_it()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await CreateAsync(node, "{", null);
        await node.Ledger.BeginJobAsync(job, CancellationToken.None);

        await Activities(node).StopJob(new JobRef(job), CancellationToken.None);

        Assert.Equal(new JobStop(StopKind.Timeout, "The job took longer than it may."), (await node.JobAsync(job)).Stop);
    }

    [Fact]
    public async Task What_the_management_API_did_to_its_root_is_done_to_it()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await CreateAsync(node, "{", null);
        await node.Ledger.BeginJobAsync(job, CancellationToken.None);
        node.SetInstance(job, OrchestrationRuntimeStatus.Terminated);
        node.SetInstance($"{job}:main:1", OrchestrationRuntimeStatus.Running);
        node.Time.Advance(TimeSpan.FromSeconds(6));

        await node.Get<Sweeper>().SweepAsync(node.Client.Object, CancellationToken.None);

        Assert.Equal(JobStatus.Cancelled, (await node.JobAsync(job)).Status);
        Assert.Equal([$"{job}:main:1"], node.Terminated);
    }

    [Fact]
    public async Task A_deletion_that_was_interrupted_goes_on()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await CreateAsync(node, "{", null);
        await Activities(node).PlanJob(new JobRef(job), CancellationToken.None).WaitAsync(Patience);
        node.SetInstance(job, OrchestrationRuntimeStatus.Failed);
        Assert.Equal(DeleteJobOutcome.More, await node.Ledger.DeleteJobAsync(job, 1, CancellationToken.None));

        await node.Get<Sweeper>().SweepAsync(node.Client.Object, CancellationToken.None);

        Assert.Contains(job, node.Purged);
        Assert.Equal(DeleteJobOutcome.NotFound, await node.Ledger.DeleteJobAsync(job, 1, CancellationToken.None));
    }

    [Fact]
    public async Task A_value_that_the_ledger_cannot_unpack_is_such_damage_and_a_ledger_that_is_away_is_none()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await CreateAsync(node, "{", null);
        string other = await CreateAsync(node, "{", null);
        node.LedgerFault = static call => call == nameof(IJobLedger.GetDocumentAsync) ? new LedgerUnavailableException("away") : null;
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => Activities(node).PlanJob(new JobRef(job), CancellationToken.None));
        Assert.False((await node.JobAsync(job)).State is JobState.Finished);
        Assert.IsType<JobControlOutcome.Done>(await node.Get<JobControl>().CancelAsync(node.Client.Object, other, "why", CancellationToken.None));
        await Activities(node).PlanJob(new JobRef(other), CancellationToken.None).WaitAsync(Patience);
        Assert.Equal("cancelled: why", (await node.JobAsync(other)).Error); // Away or not, it is not needed for that.

        node.LedgerFault = static call => call == nameof(IJobLedger.GetDocumentAsync) ? new LedgerDamagedException("damaged") : null;
        await Activities(node).PlanJob(new JobRef(job), CancellationToken.None).WaitAsync(Patience);

        Assert.Equal("failed: its stored document is damaged: its value in the ledger cannot be unpacked.", (await node.JobAsync(job)).Error);
    }

    [Fact]
    public async Task It_cannot_be_run_again()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await CreateAsync(node, "{", null);
        await Activities(node).PlanJob(new JobRef(job), CancellationToken.None).WaitAsync(Patience);

        JobControlOutcome outcome = await node.Get<JobReruns>().RerunAsync(node.Client.Object, job, CancellationToken.None);

        Assert.Contains("document is damaged", Assert.IsType<JobControlOutcome.WrongState>(outcome).Reason, StringComparison.Ordinal);
    }

    /// <summary>An accepted job of one step with what stands in its row or its file.</summary>
    private static async Task<string> CreateAsync(TestNode node, string? row, string? blob, int tasks = 300)
    {
        string job = JobIds.New(node.Time.GetUtcNow());
        if (blob is not null)
        {
            await node.Blobs.WriteAsync(new BlobName(job, "document.json"), System.Text.Encoding.UTF8.GetBytes(blob), CancellationToken.None);
        }

        NewJob created = new()
        {
            Id = job,
            Steps = [new NewStep("main", tasks)],
            Document = row is null ? default(ReadOnlyMemory<byte>?) : System.Text.Encoding.UTF8.GetBytes(row),
        };
        Assert.IsType<CreateJobOutcome.Created>(await node.Ledger.CreateJobAsync(created, 10, CancellationToken.None));
        return job;
    }

    private static JobActivities Activities(TestNode node) => ActivatorUtilities.CreateInstance<JobActivities>(node.Get<IServiceProvider>());
}
