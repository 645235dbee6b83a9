using System.Text;
using FuncExec.ExecutorPlugins;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.LedgerContract;

public abstract partial class JobLedgerContract
{
    [Fact]
    public async Task A_task_is_queued_until_it_is_claimed_and_then_runs()
    {
        string id = await StartAsync(2);
        var task = new TaskKey(id, 0, 1);
        TaskRecord queued = await GetTaskAsync(task);
        string node = await BeginNodeAsync("worker-1");

        var claimed = Assert.IsType<ClaimOutcome.Claimed>(await ClaimAsync(task, node));
        TaskRecord running = await GetTaskAsync(task);

        Assert.Equal((JobTaskStatus.Queued, 0, 0L, "s0", "s0/1"), (queued.Status, queued.Attempt, queued.Token, queued.StepName, queued.Id));
        Assert.Equal((JobTaskStatus.Running, 1, claimed.Token), (running.Status, running.Attempt, running.Token));
        Assert.Equal(("worker-1", node, claimed.StartedAt), (running.Node, running.NodeId, running.StartedAt));
        Assert.False(claimed.Alone);
        Assert.Equal(task, Assert.Single(await Ledger.ListRunningAsync(id, 10, s_never)).Key);
        Assert.Equal(1, (await CheckCountsAsync(id)).Counts.Running);
    }

    [Fact]
    public async Task A_task_that_is_not_there_cannot_be_claimed()
    {
        string id = await StartAsync(2);
        string node = await BeginNodeAsync();
        Assert.IsType<ClaimOutcome.NotFound>(await ClaimAsync(new TaskKey(id, 0, 2), node));
        Assert.IsType<ClaimOutcome.NotFound>(await ClaimAsync(new TaskKey(id, 1, 0), node));
        Assert.IsType<ClaimOutcome.NotFound>(await ClaimAsync(new TaskKey("none", 0, 0), node));
        Assert.Null(await Ledger.GetTaskAsync(new TaskKey(id, 0, 2), s_never));
        Assert.Null(await Ledger.GetTaskAsync(new TaskKey(id, 0, -1), s_never));
        await Assert.ThrowsAsync<ArgumentException>(() => ClaimAsync(new TaskKey(id, 0, 0), node, attempt: 2));
    }

    [Fact]
    public async Task A_living_nodes_claim_is_held_also_against_itself()
    {
        string id = await StartAsync(1);
        string node = await BeginNodeAsync();
        long token = await TakeAsync(new TaskKey(id, 0, 0), node);

        Assert.Equal(new ClaimOutcome.Held(node, token), await ClaimAsync(new TaskKey(id, 0, 0), await BeginNodeAsync("other")));
        Assert.Equal(new ClaimOutcome.Held(node, token), await ClaimAsync(new TaskKey(id, 0, 0), node));
    }

    [Fact]
    public async Task An_end_is_recorded_with_all_that_it_says_and_only_once()
    {
        string id = await StartAsync(1);
        var task = new TaskKey(id, 0, 0);
        long token = await TakeAsync(task, await BeginNodeAsync());
        byte[] tail = [.. Enumerable.Range(0, OutputRecord.TailLimit).Select(static i => (byte)(i % 50))];
        AttemptEnd end = End(task, token, JobTaskStatus.Failed) with
        {
            ExitCode = 3,
            Failure = FailureKind.Exit,
            Error = "It ended with 3 – schade.",
            Details = """{"a":1}""",
            Stdout = new OutputRecord(100_000, 50_000, tail),
            Stderr = new OutputRecord(4, 0, "oops"u8.ToArray()),
            StoredBytes = 50_000,
        };

        TaskRecord recorded = await RecordAsync(end);
        await Place.LetTimePassAsync(TimeSpan.FromSeconds(1));
        TaskRecord again = await RecordAsync(end with { Status = JobTaskStatus.Succeeded });

        Assert.Equal(
            (JobTaskStatus.Failed, 3, FailureKind.Exit, "It ended with 3 – schade.", """{"a":1}"""),
            (recorded.Status, recorded.ExitCode, recorded.Failure, recorded.Error, recorded.Details));
        Assert.Equal((100_000L, 50_000L, true), (recorded.Stdout.Length, recorded.Stdout.Kept, recorded.Stdout.IsTruncated));
        Assert.Equal(tail, recorded.Stdout.Tail.ToArray());
        Assert.Equal("oops", Encoding.UTF8.GetString(recorded.Stderr.Tail.Span));
        Assert.Equal(recorded.FinishedAt, again.FinishedAt);
        Assert.Equal(JobTaskStatus.Failed, again.Status);
        Assert.Equal(50_000, (await CheckCountsAsync(id)).StoredBytes);
        var ended = Assert.IsType<ClaimOutcome.Ended>(await ClaimAsync(task, "nobody"));
        Assert.Equal((JobTaskStatus.Failed, 3), (ended.Task.Status, ended.Task.ExitCode));
        JobEvent.TaskChanged[] told = [.. (await ReadEventsAsync(id)).OfType<JobEvent.TaskChanged>()];
        Assert.Equal([JobTaskStatus.Running, JobTaskStatus.Failed], told.Select(static e => e.Status));
        Assert.Equal((3, "It ended with 3 – schade.", token, 1), (told[1].ExitCode, told[1].Error, told[1].Token, told[1].Attempt));
    }

    [Fact]
    public async Task An_end_with_an_old_token_changes_nothing()
    {
        string id = await StartAsync(1);
        var task = new TaskKey(id, 0, 0);
        string first = await BeginNodeAsync("first");
        long old = await TakeAsync(task, first);
        await Ledger.EndNodeAsync(first, s_never);
        long token = await TakeAsync(task, await BeginNodeAsync("second"));

        var superseded = Assert.IsType<EndAttemptOutcome.Superseded>(await Ledger.EndAttemptAsync(End(task, old), s_never));

        Assert.True(token > old);
        Assert.Equal((JobTaskStatus.Running, token), (superseded.Task!.Status, superseded.Task.Token));
        Assert.IsType<EndAttemptOutcome.Superseded>(await Ledger.EndAttemptAsync(End(task, token + 1), s_never));
        Assert.Null(Assert.IsType<EndAttemptOutcome.Superseded>(await Ledger.EndAttemptAsync(End(new TaskKey("none", 0, 0), 1), s_never)).Task);
        await RecordAsync(End(task, token));
    }

    [Fact]
    public async Task A_retry_waits_and_the_next_attempt_has_a_token_of_its_own()
    {
        string id = await StartAsync(1);
        var task = new TaskKey(id, 0, 0);
        string node = await BeginNodeAsync();
        long first = await TakeAsync(task, node);
        AttemptEnd end = End(task, first, JobTaskStatus.TimedOut, TimeSpan.FromSeconds(5)) with { Stdout = new OutputRecord(5, 0, "first"u8.ToArray()) };

        TaskRecord waiting = await RecordAsync(end);
        var ended = Assert.IsType<ClaimOutcome.AttemptEnded>(await ClaimAsync(task, node, attempt: 1));
        Assert.Equal(waiting.NextRetryAt, (await RecordAsync(end)).NextRetryAt);
        long second = await TakeAsync(task, node, attempt: 2);
        TaskRecord running = await GetTaskAsync(task);
        Assert.IsType<EndAttemptOutcome.Superseded>(await Ledger.EndAttemptAsync(end, s_never));
        await RecordAsync(End(task, second) with { Stdout = new OutputRecord(6, 0, "second"u8.ToArray()) });

        Assert.Equal((JobTaskStatus.Queued, 1), (waiting.Status, waiting.Attempt));
        Assert.Equal(waiting.FinishedAt + TimeSpan.FromSeconds(5), waiting.NextRetryAt);
        Assert.Equal(waiting.NextRetryAt, ended.Task.NextRetryAt);
        Assert.Equal((JobTaskStatus.Running, 2, 1, null), (running.Status, running.Attempt, running.ExitCode, running.NextRetryAt));
        Assert.True(second > first);
        IReadOnlyList<TaskRecord> attempts = await Ledger.ListAttemptsAsync(task, s_never);
        Assert.Equal([(1, JobTaskStatus.TimedOut, first), (2, JobTaskStatus.Succeeded, second)], attempts.Select(static a => (a.Attempt, a.Status, a.Token)));
        Assert.Equal(["first", "second"], attempts.Select(static a => Encoding.UTF8.GetString(a.Stdout.Tail.Span)));
        Assert.Equal([1, 0], attempts.Select(static a => a.ExitCode!.Value));
        JobEvent.TaskChanged[] told = [.. (await ReadEventsAsync(id)).OfType<JobEvent.TaskChanged>()];
        Assert.Equal(waiting.NextRetryAt, told[1].NextRetryAt);
        Assert.Equal([1, 1, 2, 2], told.Select(static e => e.Attempt));
        await CheckCountsAsync(id);
    }

    [Fact]
    public async Task The_attempts_of_a_task_are_none_before_the_first_and_end_with_its_own_state()
    {
        string id = await StartAsync(1);
        var task = new TaskKey(id, 0, 0);
        string node = await BeginNodeAsync();
        Assert.Empty(await Ledger.ListAttemptsAsync(task, s_never));
        long token = await TakeAsync(task, node);
        Assert.Equal(JobTaskStatus.Running, Assert.Single(await Ledger.ListAttemptsAsync(task, s_never)).Status);
        await RecordAsync(End(task, token, JobTaskStatus.Failed, TimeSpan.Zero));
        Assert.Equal(JobTaskStatus.Queued, Assert.Single(await Ledger.ListAttemptsAsync(task, s_never)).Status);
        await TakeAsync(task, node, 2);
        Assert.Equal(
            [JobTaskStatus.Failed, JobTaskStatus.Running], (await Ledger.ListAttemptsAsync(task, s_never)).Select(static a => a.Status));
    }

    [Fact]
    public async Task What_is_no_end_is_refused()
    {
        string id = await StartAsync(1);
        var task = new TaskKey(id, 0, 0);
        long token = await TakeAsync(task, await BeginNodeAsync());
        async Task Refused(AttemptEnd end) => await Assert.ThrowsAsync<ArgumentException>(() => Ledger.EndAttemptAsync(end, s_never));

        await Refused(End(task, token, JobTaskStatus.Queued));
        await Refused(End(task, token, JobTaskStatus.Skipped));
        await Refused(End(task, token, JobTaskStatus.Succeeded, TimeSpan.Zero));
        await Refused(End(task, token) with { Stdout = new OutputRecord(10_000, 0, new byte[OutputRecord.TailLimit + 1]) });
        await Refused(End(task, token) with { Artifacts = [Artifact(task, "a") with { Hash = "no" }] });
        await Refused(End(task, token) with { Artifacts = [Artifact(task, "a") with { Name = "s0/1/a" }] });
        Assert.Equal(JobTaskStatus.Running, (await GetTaskAsync(task)).Status);
    }
}
