using System.Globalization;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Azure.Dummy;

/// <summary>
/// Works on a ledger as an app does: makes jobs of several kinds, runs their tasks, ends and deletes them. Others do the same with the
/// same jobs meanwhile, and it goes on with what those leave that die. A call whose outcome is unknown is repeated.
/// </summary>
/// <param name="ledger">The ledger, open.</param>
/// <param name="node">The id of its life.</param>
/// <param name="seed">Of what it does in which order.</param>
/// <param name="tell">Is told of each token it got and each end it recorded, once that was answered.</param>
public sealed class Clerk(IJobLedger ledger, string node, int seed, Action<string> tell)
{
    private const int MostUnfinished = 3;
    private const int TasksAtOnce = 4;

    private static readonly CancellationToken s_never = CancellationToken.None;

    private readonly Random _random = new(seed);

    /// <summary>How many calls had to be repeated.</summary>
    public int Repetitions { get; private set; }

    /// <summary>Begins its node's life.</summary>
    public Task BeginAsync() => AskAsync(async () =>
    {
        try
        {
            await ledger.BeginNodeAsync(new NodeLife(node, "clerk"), TimeSpan.FromMinutes(5), s_never);
        }
        catch (ArgumentException)
        {
            // A call whose outcome was unknown had begun it: a new id would do as well.
        }

        return true;
    });

    /// <summary>Works until it is to make no more jobs, and all have ended.</summary>
    public async Task WorkAsync(CancellationToken draining)
    {
        while (true)
        {
            IReadOnlyList<JobRecord> unfinished = await ListUnfinishedAsync();
            if (unfinished.Count < MostUnfinished && !draining.IsCancellationRequested)
            {
                await CreateAsync();
                unfinished = await ListUnfinishedAsync();
            }
            else if (unfinished.Count == 0)
            {
                return;
            }

            foreach (JobRecord job in unfinished.OrderBy(_ => _random.Next()))
            {
                await WorkOnAsync(job.Id);
            }
        }
    }

    /// <summary>The number of a job, by which its kind is told.</summary>
    public static int NumberOf(string jobId) => int.Parse(jobId.AsSpan(0, 6), CultureInfo.InvariantCulture);

    private async Task<IReadOnlyList<JobRecord>> ListUnfinishedAsync()
    {
        List<JobRecord> jobs = [];
        foreach (CareKind kind in (CareKind[])[CareKind.Preparing, CareKind.Accepted, CareKind.Unfinished])
        {
            jobs.AddRange(await AskAsync(() => ledger.ListForCareAsync(kind, DateTimeOffset.MaxValue, null, 100, s_never)));
        }

        return jobs;
    }

    private async Task CreateAsync()
    {
        LedgerPage<JobRecord> newest = await AskAsync(() => ledger.ListJobsAsync(new JobFilter(), null, 20, s_never));
        int number = newest.Items.Count == 0 ? 1 : NumberOf(newest.Items[0].Id) + 1;
        NewJob job = new()
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"{number:D6}-{_random.Next():x8}"),
            Name = $"kind{number % 5}",
            Steps = number % 5 == 0 ? [.. Enumerable.Range(0, 130).Select(static i => new NewStep($"s{i}", 1))] : [new NewStep("s0", 6), new NewStep("s1", 6)],
            Document = new byte[_random.Next(2_000)],
            Idempotency = new IdempotencyKey("clerks", number.ToString(CultureInfo.InvariantCulture), "same"),
            RerunOf = number % 5 == 1 ? newest.Items.FirstOrDefault(static job => job is { State: JobState.Finished, Steps.Count: 2 })?.Id : null,
        };
        try
        {
            JobRecord made = await AskAsync(() => ledger.CreateJobAsync(job, 1_000, s_never)) switch
            {
                CreateJobOutcome.Created created => created.Job,
                CreateJobOutcome.Known known => known.Job,
                { } other => throw new InvalidOperationException($"Job {number} was answered with {other}."),
            };
            tell($"made {number} {made.Id}");
        }
        catch (ArgumentException)
        {
            // It took so long that another one took its key over: its id came to nothing, as the repeated call was told.
        }
    }

    private async Task WorkOnAsync(string id)
    {
        while (await AskAsync(() => ledger.CopySucceededAsync(id, 4, s_never)))
        {
        }

        if (await AskAsync(() => ledger.BeginJobAsync(id, s_never)) is not { State: JobState.Started } job)
        {
            return;
        }

        int number = NumberOf(id);
        if (number % 5 == 2)
        {
            await AskAsync(async () =>
            {
                await ledger.CloseStepAsync(id, 1, new StepClosing(JobTaskStatus.Skipped, "It is not needed."), s_never);
                return true;
            });
        }

        IEnumerable<TaskKey> tasks = number % 5 == 0
            ? ((int[])[0, 1, 110, 129]).Select(step => new TaskKey(id, step, 0))
            : from step in Enumerable.Range(0, 2) from index in Enumerable.Range(0, 6) select new TaskKey(id, step, index);
        await Task.WhenAll(tasks.OrderBy(_ => _random.Next()).Chunk(TasksAtOnce).Select(async some =>
        {
            foreach (TaskKey task in some)
            {
                await RunAsync(task);
            }
        }));
        if (number % 5 == 0)
        {
            await AskAsync(() => ledger.StopJobAsync(id, StopKind.Cancel, "It is enough.", s_never));
            while (await AskAsync(() => ledger.CancelWaitingAsync(id, "It was cancelled.", 60, s_never)))
            {
            }
        }

        await FinishAsync(id, number);
    }

    private async Task FinishAsync(string id, int number)
    {
        // What another one runs it ends, or it dies and somebody takes it over: there is a next time.
        if (await AskAsync(() => ledger.GetJobAsync(id, s_never)) is not { Counts: { Running: 0, Queued: 0 } } job)
        {
            return;
        }

        JobStatus status = number % 5 == 0 ? JobStatus.Cancelled : job.Counts.Failed > 0 ? JobStatus.Failed : JobStatus.Succeeded;
        await AskAsync(() => ledger.FinishJobAsync(id, new JobEnd(status, null), s_never));
        LedgerPage<JobRecord> older = await AskAsync(() => ledger.ListJobsAsync(new JobFilter(status), null, 20, s_never));
        foreach (JobRecord old in older.Items.Where(old => NumberOf(old.Id) % 3 == 0 && NumberOf(old.Id) < number - 6).Take(1))
        {
            while (await AskAsync(() => ledger.DeleteJobAsync(old.Id, 20, s_never)) is DeleteJobOutcome.More)
            {
            }
        }
    }

    private async Task RunAsync(TaskKey key)
    {
        while (await AskAsync(() => ledger.GetTaskAsync(key, s_never)) is { Status: JobTaskStatus.Queued or JobTaskStatus.Running } task)
        {
            int attempt = task.Attempt + (task.Status is JobTaskStatus.Queued ? 1 : 0);
            long token;
            switch (await AskAsync(() => ledger.ClaimAsync(new TaskClaim { Task = key, Attempt = attempt, Node = node, RerunOnLoss = true }, s_never)))
            {
                case ClaimOutcome.Claimed claimed:
                    token = claimed.Token;
                    tell($"token {key.JobId} {key.Step} {key.Index} {token}");
                    break;
                case ClaimOutcome.Held held when held.Node == node:
                    token = held.Token; // An earlier call had it, and its answer was lost.
                    break;
                case ClaimOutcome.AttemptEnded:
                    continue;
                default:
                    return;
            }

            await EndAsync(key, attempt, token);
        }
    }

    private async Task EndAsync(TaskKey key, int attempt, long token)
    {
        bool isRetried = attempt == 1 && key.Index % 3 == 0;
        AttemptEnd end = new()
        {
            Task = key,
            Token = token,
            Status = isRetried ? JobTaskStatus.Failed : JobTaskStatus.Succeeded,
            ExitCode = isRetried ? 1 : 0,
            RetryAfter = isRetried ? TimeSpan.Zero : null,
            Stdout = new OutputRecord(100, 0, new byte[100]),
            StoredBytes = 10,
            Artifacts = key.Index % 4 == 0
                ? [new ArtifactRecord(key.Step, key.Index, "out", 1, new string('a', 64), IsExecutable: false) { Name = string.Create(CultureInfo.InvariantCulture, $"s{key.Step}/{key.Index}/out") }]
                : [],
        };
        if (await AskAsync(() => ledger.EndAttemptAsync(end, s_never)) is EndAttemptOutcome.Recorded)
        {
            tell($"end {key.JobId} {key.Step} {key.Index} {token}");
        }
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (LedgerUnavailableException)
            {
                Repetitions++;
                await Task.Delay(5, s_never);
            }
        }
    }
}
