using System.Globalization;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.LedgerContract;

/// <summary>
/// What every ledger must do: each sentence of <see cref="IJobLedger"/>, as a test. A ledger's tests derive from it and add
/// what is particular to that ledger.
/// </summary>
public abstract partial class JobLedgerContract(ILedgerFixture fixture) : IAsyncLifetime
{
    /// <summary>How long nodes of these tests live without renewal.</summary>
    protected static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    private static readonly CancellationToken s_never = CancellationToken.None;

    private LedgerPlace? _place;
    private IJobLedger? _ledger;
    private int _ids;

    /// <summary>The place of this test.</summary>
    protected LedgerPlace Place => _place!;

    /// <summary>The open ledger.</summary>
    protected IJobLedger Ledger => _ledger!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _place = await fixture.NewPlaceAsync();
        await OpenAsync();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await Ledger.DisposeAsync();
        await Place.DisposeAsync();
    }

    /// <summary>Closes the ledger and opens it again, as the next process would.</summary>
    protected async Task ReopenAsync()
    {
        await Ledger.DisposeAsync();
        await OpenAsync();
    }

    /// <summary>An id that is greater than those before.</summary>
    protected string NewId() => string.Create(CultureInfo.InvariantCulture, $"job{++_ids:D6}");

    /// <summary>A job to be accepted, with steps s0, s1, … of as many tasks as given.</summary>
    protected NewJob New(params int[] tasks) => new()
    {
        Id = NewId(),
        Name = "nightly",
        Steps = [.. tasks.Select((count, i) => new NewStep($"s{i}", count))],
    };

    /// <summary>Accepts a job that must be accepted.</summary>
    protected async Task<JobRecord> CreateAsync(NewJob job) =>
        Assert.IsType<CreateJobOutcome.Created>(await Ledger.CreateJobAsync(job, int.MaxValue, s_never)).Job;

    /// <summary>A job whose orchestration runs.</summary>
    protected async Task<string> StartAsync(params int[] tasks)
    {
        JobRecord job = await CreateAsync(New(tasks));
        await Ledger.BeginJobAsync(job.Id, s_never);
        return job.Id;
    }

    /// <summary>The job, which must be there.</summary>
    protected async Task<JobRecord> GetAsync(string id) => Assert.IsType<JobRecord>(await Ledger.GetJobAsync(id, s_never));

    /// <summary>The task, which must be there.</summary>
    protected async Task<TaskRecord> GetTaskAsync(TaskKey key) => Assert.IsType<TaskRecord>(await Ledger.GetTaskAsync(key, s_never));

    /// <summary>A living node's id.</summary>
    protected async Task<string> BeginNodeAsync(string name = "node")
    {
        string id = Guid.NewGuid().ToString("N");
        await Ledger.BeginNodeAsync(new NodeLife(id, name), Lease, s_never);
        return id;
    }

    /// <summary>Asks for an attempt.</summary>
    protected Task<ClaimOutcome> ClaimAsync(TaskKey task, string node, int attempt = 1, bool rerunOnLoss = true) =>
        Ledger.ClaimAsync(new TaskClaim { Task = task, Attempt = attempt, Node = node, RerunOnLoss = rerunOnLoss }, s_never);

    /// <summary>Claims an attempt that must be free; answers its token.</summary>
    protected async Task<long> TakeAsync(TaskKey task, string node, int attempt = 1) =>
        Assert.IsType<ClaimOutcome.Claimed>(await ClaimAsync(task, node, attempt)).Token;

    /// <summary>How an attempt ends.</summary>
    protected static AttemptEnd End(TaskKey task, long token, JobTaskStatus status = JobTaskStatus.Succeeded, TimeSpan? retryAfter = null) => new()
    {
        Task = task,
        Token = token,
        Status = status,
        ExitCode = status is JobTaskStatus.Succeeded ? 0 : 1,
        Error = status is JobTaskStatus.Succeeded ? null : "It did not succeed.",
        RetryAfter = retryAfter,
    };

    /// <summary>Records an end that must be recorded.</summary>
    protected async Task<TaskRecord> RecordAsync(AttemptEnd end) =>
        Assert.IsType<EndAttemptOutcome.Recorded>(await Ledger.EndAttemptAsync(end, s_never)).Task;

    /// <summary>Claims and ends a task.</summary>
    protected async Task<TaskRecord> RunAsync(TaskKey task, string node, JobTaskStatus status = JobTaskStatus.Succeeded) =>
        await RecordAsync(End(task, await TakeAsync(task, node), status));

    /// <summary>Ends a job without running tasks.</summary>
    protected async Task<JobRecord> FinishAsync(string id, JobStatus status = JobStatus.Succeeded) =>
        Assert.IsType<JobRecord>(await Ledger.FinishJobAsync(id, new JobEnd(status, null), s_never));

    /// <summary>All events of a job; their numbers have no gap.</summary>
    protected async Task<List<JobEvent>> ReadEventsAsync(string id)
    {
        var events = new List<JobEvent>();
        while (await Ledger.ListEventsAsync(id, events.Count, 100, s_never) is { Count: > 0 } page)
        {
            events.AddRange(page);
        }

        Assert.Equal(Enumerable.Range(1, events.Count).Select(static i => (long)i), events.Select(static e => e.Number));
        Assert.Equal(events.Count, (await GetAsync(id)).LastEvent);
        return events;
    }

    /// <summary>All tasks of a list, page by page.</summary>
    protected async Task<List<TaskRecord>> ReadTasksAsync(string id, TaskFilter filter, int limit)
    {
        var tasks = new List<TaskRecord>();
        string? after = null;
        do
        {
            LedgerPage<TaskRecord> page = await Ledger.ListTasksAsync(id, filter, after, limit, s_never);
            Assert.True(page.Items.Count <= limit);
            tasks.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return tasks;
    }

    /// <summary>The counts of a job are what its tasks say.</summary>
    protected async Task<JobRecord> CheckCountsAsync(string id)
    {
        JobRecord job = await GetAsync(id);
        List<TaskRecord> tasks = await ReadTasksAsync(id, new TaskFilter(), 500);
        foreach (StepRecord step in job.Steps)
        {
            TaskRecord[] own = [.. tasks.Where(task => task.Key.Step == step.Index)];
            Assert.Equal(Enumerable.Range(0, step.Counts.Total), own.Select(static task => task.Key.Index));
            int Count(JobTaskStatus status) => own.Count(task => task.Status == status);
            var counted = new TaskCounts(
                own.Length, Count(JobTaskStatus.Queued), Count(JobTaskStatus.Running), Count(JobTaskStatus.Succeeded), Count(JobTaskStatus.Failed),
                Count(JobTaskStatus.Cancelled), Count(JobTaskStatus.TimedOut), Count(JobTaskStatus.Skipped));
            Assert.Equal(counted, step.Counts);
        }

        return job;
    }

    private async Task OpenAsync()
    {
        _ledger = Place.CreateLedger();
        await Ledger.OpenAsync(s_never);
    }
}
