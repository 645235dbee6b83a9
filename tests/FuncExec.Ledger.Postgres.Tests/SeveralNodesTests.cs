using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Postgres.Tests;

/// <summary>Ledgers of several nodes over one schema.</summary>
[Collection(PostgresGroup.Name)]
public sealed class SeveralNodesTests(PostgresFixture fixture)
{
    private const int Tasks = 200;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);
    private static readonly CancellationToken s_never = CancellationToken.None;

    [Fact]
    public async Task Each_task_is_claimed_once_and_no_event_number_is_missing()
    {
        await using PostgresPlace place = await PostgresPlace.NewAsync(fixture.Server);
        await using IJobLedger one = await OpenAsync(place, new JobSignals());
        await using IJobLedger other = await OpenAsync(place, new JobSignals());
        string[] jobs = ["job1", "job2"];
        foreach (string job in jobs)
        {
            await StartAsync(one, job);
        }

        int[][] claims = [new int[Tasks], new int[Tasks]];
        await Task.WhenAll(
            from ledger in (IJobLedger[])[one, other]
            from worker in Enumerable.Range(0, 4)
            select Task.Run(async () =>
            {
                string node = await BeginNodeAsync(ledger);
                for (int i = 0; i < Tasks; i++)
                {
                    // Half of them go through the jobs the other way round, so that groups of both lock both.
                    for (int j = 0; j < jobs.Length; j++)
                    {
                        int job = worker % 2 == 0 ? j : jobs.Length - 1 - j;
                        var task = new TaskKey(jobs[job], 0, i);
                        if (await ClaimAsync(ledger, task, node) is ClaimOutcome.Claimed claimed)
                        {
                            Interlocked.Increment(ref claims[job][i]);
                            Assert.IsType<EndAttemptOutcome.Recorded>(await ledger.EndAttemptAsync(Success(task, claimed.Token), s_never));
                        }
                    }
                }
            }));

        Assert.All(claims.SelectMany(static job => job), static count => Assert.Equal(1, count));
        foreach (string job in jobs)
        {
            await CheckWholeAsync(other, job);
        }
    }

    [Fact]
    public async Task Work_goes_on_while_connections_are_ended_and_nothing_is_recorded_twice()
    {
        await using PostgresPlace place = await PostgresPlace.NewAsync(fixture.Server);
        await using IJobLedger one = await OpenAsync(place, new JobSignals());
        await using IJobLedger other = await OpenAsync(place, new JobSignals());
        await StartAsync(one, "job1");
        int done = 0;
        Task[] workers =
        [
            .. from ledger in (IJobLedger[])[one, other]
               from worker in Enumerable.Range(0, 2)
               select Task.Run(async () =>
               {
                   string node = await UntilAvailableAsync(() => BeginNodeAsync(ledger));
                   for (int i = 0; i < Tasks; i++)
                   {
                       var task = new TaskKey("job1", 0, i);
                       ClaimOutcome outcome = await UntilAvailableAsync(() => ClaimAsync(ledger, task, node));
                       long? token = outcome switch
                       {
                           ClaimOutcome.Claimed claimed => claimed.Token,
                           ClaimOutcome.Held held when held.Node == node => held.Token, // An answer was lost.
                           _ => null,
                       };
                       if (token is { } own)
                       {
                           Assert.IsType<EndAttemptOutcome.Recorded>(await UntilAvailableAsync(() => ledger.EndAttemptAsync(Success(task, own), s_never)));
                           Interlocked.Increment(ref done);
                       }
                   }
               }),
        ];
        Task all = Task.WhenAll(workers);
        do
        {
            await fixture.Server.EndConnectionsAsync(place.Database);
            await Task.WhenAny(all, Task.Delay(50));
        }
        while (!all.IsCompleted);

        await all.WaitAsync(s_limit);
        Assert.Equal(Tasks, done);
        await UntilAvailableAsync(async () =>
        {
            await CheckWholeAsync(one, "job1");
            return true;
        });
    }

    [Fact]
    public async Task Who_watches_a_job_is_woken_by_another_nodes_change()
    {
        await using PostgresPlace place = await PostgresPlace.NewAsync(fixture.Server);
        JobSignals signals = new();
        await using IJobLedger reader = await OpenAsync(place, signals);
        await using IJobLedger writer = await OpenAsync(place, new JobSignals());
        await StartAsync(writer, "job1");
        string node = await BeginNodeAsync(writer);
        using JobWatch watch = signals.Watch("job1");
        long before = (await reader.GetJobAsync("job1", s_never))!.LastEvent;

        Assert.IsType<ClaimOutcome.Claimed>(await ClaimAsync(writer, new TaskKey("job1", 0, 0), node));

        while ((await reader.ListEventsAsync("job1", before, 10, s_never)).Count == 0)
        {
            Assert.True(await watch.WaitAsync(s_limit, TimeProvider.System, s_never));
        }
    }

    private static async Task<IJobLedger> OpenAsync(PostgresPlace place, JobSignals signals)
    {
        IJobLedger ledger = place.CreateLedger(signals);
        await ledger.OpenAsync(s_never);
        return ledger;
    }

    private static async Task StartAsync(IJobLedger ledger, string id)
    {
        NewJob job = new() { Id = id, Name = "nightly", Steps = [new NewStep("s0", Tasks)] };
        Assert.IsType<CreateJobOutcome.Created>(await ledger.CreateJobAsync(job, int.MaxValue, s_never));
        await ledger.BeginJobAsync(id, s_never);
    }

    private static async Task<string> BeginNodeAsync(IJobLedger ledger)
    {
        string id = Guid.NewGuid().ToString("N");
        await ledger.BeginNodeAsync(new NodeLife(id, "node"), TimeSpan.FromMinutes(10), s_never);
        return id;
    }

    private static Task<ClaimOutcome> ClaimAsync(IJobLedger ledger, TaskKey task, string node) =>
        ledger.ClaimAsync(new TaskClaim { Task = task, Attempt = 1, Node = node, RerunOnLoss = true }, s_never);

    private static AttemptEnd Success(TaskKey task, long token) => new() { Task = task, Token = token, Status = JobTaskStatus.Succeeded, ExitCode = 0 };

    /// <summary>Every task has begun once and succeeded once, and the events are numbered without gap.</summary>
    private static async Task CheckWholeAsync(IJobLedger ledger, string id)
    {
        List<JobEvent> events = [];
        while (await ledger.ListEventsAsync(id, events.Count, 500, s_never) is { Count: > 0 } page)
        {
            events.AddRange(page);
        }

        Assert.Equal(Enumerable.Range(1, (2 * Tasks) + 1).Select(static i => (long)i), events.Select(static e => e.Number));
        Assert.Equal(Tasks, (await ledger.GetJobAsync(id, s_never))!.Counts.Succeeded);
    }

    private static async Task<T> UntilAvailableAsync<T>(Func<Task<T>> call)
    {
        using CancellationTokenSource limit = new(s_limit);
        while (true)
        {
            try
            {
                return await call();
            }
            catch (LedgerUnavailableException) when (!limit.IsCancellationRequested)
            {
                // Its outcome is unknown: it is repeated.
            }
        }
    }
}
