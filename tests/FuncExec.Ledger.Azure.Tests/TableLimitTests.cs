using System.Globalization;
using System.Security.Cryptography;
using FuncExec.LedgerContract;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Azure.Tests;

/// <summary>The limits of jobs against those of a table: 64 KiB a property, 1 MiB a row, 100 rows and 4 MiB a change.</summary>
[Collection(AzuriteTablesCollection.Name)]
public sealed class TableLimitTests(AzuriteTables azurite) : IAsyncLifetime
{
    private static readonly CancellationToken s_never = CancellationToken.None;
    private static readonly int s_steps = TestForm.IsLong ? 100_000 : 5_000;

    private readonly TablePlace _place = new(azurite.Open(), AzuriteTables.NewTable());
    private IJobLedger _ledger = null!;

    public Task InitializeAsync()
    {
        _ledger = _place.CreateLedger();
        return _ledger.OpenAsync(s_never);
    }

    public async Task DisposeAsync()
    {
        await _ledger.DisposeAsync();
        await _place.DisposeAsync();
    }

    [Fact]
    public async Task A_document_of_32_MiB_is_kept()
    {
        byte[] document = RandomNumberGenerator.GetBytes(32 * 1024 * 1024);
        await StartAsync(new NewStep("s0", 1), document);

        Assert.Equal(document, await _ledger.GetDocumentAsync("job", s_never));
        await FinishAndDeleteAsync();
        Assert.Null(await _ledger.GetDocumentAsync("job", s_never));
    }

    [Fact]
    public async Task A_step_of_100_000_tasks_is_claimed_listed_and_cancelled()
    {
        await StartAsync(new NewStep("s0", 100_000));
        string node = await BeginNodeAsync();
        foreach (int index in (int[])[0, 50_000, 99_999])
        {
            await RunAsync(new TaskKey("job", 0, index), node);
        }

        Assert.IsType<ClaimOutcome.Claimed>(await ClaimAsync(new TaskKey("job", 0, 70_000), node));
        Assert.Equal([70_000], (await _ledger.ListRunningAsync("job", 10, s_never)).Select(static task => task.Key.Index));
        Assert.Equal([0, 50_000, 99_999], await ListAsync(JobTaskStatus.Succeeded));
        await _ledger.StopJobAsync("job", StopKind.Cancel, null, s_never);
        Assert.False(await _ledger.CancelWaitingAsync("job", "enough", 100, s_never));
        Assert.Equal(new TaskCounts(100_000, 0, 1, 3, 0, 99_996, 0, 0), (await _ledger.GetJobAsync("job", s_never))!.Counts);
    }

    [Fact]
    public async Task Very_many_steps_are_read_run_closed_and_deleted()
    {
        await StartAsync([.. Enumerable.Range(0, s_steps).Select(static i => new NewStep($"step{i}", 1))]);
        string node = await BeginNodeAsync();
        await RunAsync(new TaskKey("job", s_steps - 1, 0), node);
        await RunAsync(new TaskKey("job", 150, 0), node);
        Assert.Equal(
            [150, s_steps - 1], (await _ledger.ListTasksAsync("job", new TaskFilter(Status: JobTaskStatus.Succeeded), null, 10, s_never)).Items.Select(static task => task.Key.Step));
        await _ledger.StopJobAsync("job", StopKind.Cancel, null, s_never);
        int calls = 1;
        while (await _ledger.CancelWaitingAsync("job", "It was cancelled because somebody asked for that.", 1_000, s_never))
        {
            calls++;
        }

        JobRecord job = (await _ledger.GetJobAsync("job", s_never))!;
        Assert.Equal((s_steps, s_steps - 2, 2), (job.Steps.Count, job.Counts.Cancelled, job.Counts.Succeeded));
        Assert.InRange(calls, 1, (s_steps / 500) + 1);
        Assert.Equal(job.LastEvent, await CountEventsAsync());
        await FinishAndDeleteAsync();
    }

    [Fact]
    public async Task Thousands_of_artifacts_of_a_task_are_listed_in_order_and_replaced()
    {
        const int Artifacts = 4_000;
        await StartAsync([new NewStep("s0", 11)]);
        string node = await BeginNodeAsync();
        var task = new TaskKey("job", 0, 1);
        string[] paths = [.. Enumerable.Range(0, Artifacts).Select(static i => $"{i:D5}/{new string((char)('a' + (i % 26)), 60)}")];
        long first = Assert.IsType<ClaimOutcome.Claimed>(await ClaimAsync(task, node)).Token;
        await RecordAsync(End(task, first) with { Status = JobTaskStatus.Failed, RetryAfter = TimeSpan.Zero, Artifacts = [.. paths.Reverse().Select(path => Artifact(task, path))] });
        await RunAsync(new TaskKey("job", 0, 10), node, "x");

        Assert.Equal([.. paths.Select(static path => $"s0/1/{path}"), "s0/10/x"], await ListArtifactsAsync());
        Assert.Equal(3_999, (await _ledger.GetArtifactAsync("job", $"s0/1/{paths[3_999]}", s_never))!.Size);
        long second = Assert.IsType<ClaimOutcome.Claimed>(await ClaimAsync(task, node, 2)).Token;
        await RecordAsync(End(task, second));
        Assert.Equal(["s0/10/x"], await ListArtifactsAsync());
    }

    [Fact]
    public async Task A_text_that_is_far_too_long_is_cut_and_nothing_else_is()
    {
        await StartAsync([new NewStep("s0", 40)]);
        string node = await BeginNodeAsync();
        string text = string.Concat(Enumerable.Repeat("schön ", 20_000));
        string details = $$"""{"a":"{{Convert.ToBase64String(RandomNumberGenerator.GetBytes(48_000))}}"}""";
        await Parallel.ForAsync(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 40 }, async (i, _) =>
        {
            var task = new TaskKey("job", 0, i);
            long token = Assert.IsType<ClaimOutcome.Claimed>(await ClaimAsync(task, node)).Token;
            byte[] tail = RandomNumberGenerator.GetBytes(OutputRecord.TailLimit);
            TaskRecord ended = await RecordAsync(End(task, token) with
            {
                Status = JobTaskStatus.Failed,
                Error = text,
                Details = details,
                Stdout = new OutputRecord(tail.Length, 0, tail),
            });
            Assert.Equal((details, text[..(16 * 1024 - 1)] + "…"), (ended.Details, ended.Error));
            Assert.Equal(tail, (await _ledger.GetTaskAsync(task, s_never))!.Stdout.Tail.ToArray());
        });
        Assert.Equal(81, await CountEventsAsync());
    }

    [Fact]
    public async Task An_id_that_cannot_be_a_key_is_refused_or_not_there()
    {
        foreach (string id in (string[])["a/b", "a'b", "ü", new string('a', 129)])
        {
            await Assert.ThrowsAsync<ArgumentException>(() => _ledger.CreateJobAsync(new NewJob { Id = id, Steps = [new NewStep("s", 1)] }, 10, s_never));
            Assert.Null(await _ledger.GetJobAsync(id, s_never));
            Assert.Equal(StopJobOutcome.NotFound, await _ledger.StopJobAsync(id, StopKind.Cancel, null, s_never));
        }
    }

    private static AttemptEnd End(TaskKey task, long token) => new() { Task = task, Token = token, Status = JobTaskStatus.Succeeded };

    private static ArtifactRecord Artifact(TaskKey task, string path) =>
        new(task.Step, task.Index, path, path.Length > 5 ? int.Parse(path.AsSpan(0, 5), CultureInfo.InvariantCulture) : 1, new string('c', 64), IsExecutable: false)
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"s{task.Step}/{task.Index}/{path}"),
        };

    private Task StartAsync(NewStep step, byte[]? document = null) => StartAsync([step], document);

    private async Task StartAsync(NewStep[] steps, byte[]? document = null)
    {
        // An array that is null would be an empty document.
        ReadOnlyMemory<byte>? given = document is null ? null : document.AsMemory();
        Assert.IsType<CreateJobOutcome.Created>(await _ledger.CreateJobAsync(new NewJob { Id = "job", Steps = steps, Document = given }, 10, s_never));
        await _ledger.BeginJobAsync("job", s_never);
    }

    private async Task<string> BeginNodeAsync()
    {
        string node = Guid.NewGuid().ToString("N");
        await _ledger.BeginNodeAsync(new NodeLife(node, "node"), TimeSpan.FromMinutes(5), s_never);
        return node;
    }

    private Task<ClaimOutcome> ClaimAsync(TaskKey task, string node, int attempt = 1) =>
        _ledger.ClaimAsync(new TaskClaim { Task = task, Attempt = attempt, Node = node, RerunOnLoss = true }, s_never);

    private async Task<TaskRecord> RecordAsync(AttemptEnd end) =>
        Assert.IsType<EndAttemptOutcome.Recorded>(await _ledger.EndAttemptAsync(end, s_never)).Task;

    private async Task RunAsync(TaskKey task, string node, string? artifact = null)
    {
        long token = Assert.IsType<ClaimOutcome.Claimed>(await ClaimAsync(task, node)).Token;
        await RecordAsync(End(task, token) with { Artifacts = artifact is null ? [] : [Artifact(task, artifact)] });
    }

    private async Task FinishAndDeleteAsync()
    {
        await _ledger.FinishJobAsync("job", new JobEnd(JobStatus.Failed, null), s_never);
        DeleteJobOutcome outcome;
        while ((outcome = await _ledger.DeleteJobAsync("job", 100, s_never)) is DeleteJobOutcome.More)
        {
        }

        Assert.Equal(DeleteJobOutcome.Deleted, outcome);
        Assert.Equal(new LedgerTotals(0, 0), await _ledger.GetTotalsAsync(s_never));
    }

    private async Task<List<int>> ListAsync(JobTaskStatus status)
    {
        List<int> indices = [];
        string? after = null;
        do
        {
            LedgerPage<TaskRecord> page = await _ledger.ListTasksAsync("job", new TaskFilter(Status: status), after, 100, s_never);
            indices.AddRange(page.Items.Select(static task => task.Key.Index));
            after = page.Next;
        }
        while (after is not null);
        return indices;
    }

    private async Task<List<string>> ListArtifactsAsync()
    {
        List<string> names = [];
        string? after = null;
        do
        {
            LedgerPage<ArtifactRecord> page = await _ledger.ListArtifactsAsync("job", null, after, 333, s_never);
            names.AddRange(page.Items.Select(static artifact => artifact.Name));
            after = page.Next;
        }
        while (after is not null);
        return names;
    }

    private async Task<long> CountEventsAsync()
    {
        long count = 0;
        while (await _ledger.ListEventsAsync("job", count, 500, s_never) is { Count: > 0 } page)
        {
            count += page.Count;
            Assert.Equal(count, page[^1].Number);
        }

        return count;
    }
}
