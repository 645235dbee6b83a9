using System.Text;
using FuncExec.Ledger.Azure.Tables;
using FuncExec.LedgerContract;
using FuncExec.Orchestrator.Jobs;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Ledger.Azure.Tests;

/// <summary>Several ledgers on one table, as several processes have them.</summary>
[Collection(AzuriteTablesCollection.Name)]
public sealed class SharedTableTests(AzuriteTables azurite) : IAsyncLifetime
{
    private static readonly CancellationToken s_never = CancellationToken.None;
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(60);

    private readonly string _table = AzuriteTables.NewTable();
    private readonly List<AzureJobLedger> _ledgers = [];
    private int _ids;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (AzureJobLedger ledger in _ledgers)
        {
            await ledger.DisposeAsync();
        }

        await azurite.Open().DeleteTableAsync(_table);
    }

    [Fact]
    public async Task Nodes_of_several_processes_that_claim_at_once_get_each_token_once()
    {
        const int Tasks = 40;
        AzureJobLedger[] ledgers = [await OpenAsync(), await OpenAsync(), await OpenAsync()];
        string id = await StartAsync(ledgers[0], Tasks);
        string[] nodes = await Task.WhenAll(ledgers.Select(ledger => BeginNodeAsync(ledger)));
        int[] claims = new int[Tasks];

        await Task.WhenAll(ledgers.Select((ledger, l) => Task.Run(() => Parallel.ForAsync(0, Tasks, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            switch (await ClaimAsync(ledger, new TaskKey(id, 0, i), nodes[l]))
            {
                case ClaimOutcome.Claimed { Token: 1 }:
                    Interlocked.Increment(ref claims[i]);
                    break;
                case ClaimOutcome.Held { Token: 1 }:
                    break;
                case { } other:
                    Assert.Fail($"It was {other}.");
                    break;
            }
        }))));

        Assert.All(claims, static count => Assert.Equal(1, count));
        foreach (AzureJobLedger ledger in ledgers)
        {
            Assert.Equal((Tasks, Tasks + 1L), ((await ledger.GetJobAsync(id, s_never))!.Counts.Running, (await ledger.GetJobAsync(id, s_never))!.LastEvent));
        }
    }

    [Fact]
    public async Task What_one_process_knows_of_a_job_gives_way_to_what_another_has_written()
    {
        AzureJobLedger one = await OpenAsync();
        AzureJobLedger other = await OpenAsync();
        string id = await StartAsync(one, 3);
        string node = await BeginNodeAsync(one);
        string dead = await BeginNodeAsync(other);
        Assert.IsType<ClaimOutcome.Claimed>(await ClaimAsync(one, new TaskKey(id, 0, 0), node));
        Assert.IsType<ClaimOutcome.Claimed>(await ClaimAsync(other, new TaskKey(id, 0, 1), dead));

        Assert.Equal(new ClaimOutcome.Held(node, 1), await ClaimAsync(other, new TaskKey(id, 0, 0), dead));
        Assert.Equal(new ClaimOutcome.Held(dead, 1), await ClaimAsync(one, new TaskKey(id, 0, 1), node));
        await other.EndNodeAsync(dead, s_never);
        Assert.Equal(2, Assert.IsType<ClaimOutcome.Claimed>(await ClaimAsync(one, new TaskKey(id, 0, 1), node)).Token);
        await other.SetSuspendedAsync(id, true, s_never);
        Assert.IsType<ClaimOutcome.Suspended>(await ClaimAsync(one, new TaskKey(id, 0, 2), node));
        await one.StopJobAsync(id, StopKind.Cancel, null, s_never);
        Assert.Equal(StopJobOutcome.AskedBefore, await other.StopJobAsync(id, StopKind.Timeout, null, s_never));
    }

    [Fact]
    public async Task A_node_of_another_process_is_dead_when_the_services_clock_has_not_seen_it_for_its_lease()
    {
        AzureJobLedger its = await OpenAsync();
        AzureJobLedger other = await OpenAsync(new ManualTimeProvider()); // Which sees no time pass itself.
        string id = await StartAsync(its, 1);
        string node;
        do
        {
            // On a busy machine a life may be over before it has claimed anything.
            node = Guid.NewGuid().ToString("N");
            await its.BeginNodeAsync(new NodeLife(node, "its"), TimeSpan.FromSeconds(2), s_never);
        }
        while (await ClaimAsync(its, new TaskKey(id, 0, 0), node) is not ClaimOutcome.Claimed);
        string taker = await BeginNodeAsync(other);

        await UntilAsync(async () => await ClaimAsync(other, new TaskKey(id, 0, 0), taker) is ClaimOutcome.Claimed { Token: 2 });

        Assert.False(await its.RenewNodeAsync(node, s_never));
        Assert.IsType<ClaimOutcome.Held>(await ClaimAsync(its, new TaskKey(id, 0, 0), node));
        Assert.Equal(1, (await its.GetTaskAsync(new TaskKey(id, 0, 0), s_never))!.Losses);
    }

    [Fact]
    public async Task A_node_that_renews_lives_for_every_process()
    {
        AzureJobLedger its = await OpenAsync();
        ManualTimeProvider time = new();
        AzureJobLedger other = await OpenAsync(time);
        string id = await StartAsync(its, 1);
        string node = await BeginNodeAsync(its);
        await ClaimAsync(its, new TaskKey(id, 0, 0), node);
        string taker = Guid.NewGuid().ToString("N");
        await other.BeginNodeAsync(new NodeLife(taker, "taker"), TimeSpan.FromHours(1), s_never);

        for (int i = 0; i < 3; i++)
        {
            Assert.IsType<ClaimOutcome.Held>(await ClaimAsync(other, new TaskKey(id, 0, 0), taker));
            Assert.True(await its.RenewNodeAsync(node, s_never));
            time.Advance(TimeSpan.FromMinutes(4));
        }

        // By its own monotonic clock it has now seen no sign of life for more than the lease.
        Assert.IsType<ClaimOutcome.Held>(await ClaimAsync(other, new TaskKey(id, 0, 0), taker));
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.IsType<ClaimOutcome.Claimed>(await ClaimAsync(other, new TaskKey(id, 0, 0), taker));
        Assert.False(await its.RenewNodeAsync(node, s_never));
    }

    [Fact]
    public async Task What_another_process_changes_wakes_who_watches_here()
    {
        JobSignals signals = new();
        AzureJobLedger here = await OpenAsync(signals: signals);
        AzureJobLedger there = await OpenAsync();
        string id = await StartAsync(here, 1);
        using JobWatch watch = signals.Watch(id);
        Assert.True(await watch.WaitAsync(s_long, TimeProvider.System, s_never)); // What may have come before the first look.

        foreach (bool suspended in (bool[])[true, false])
        {
            Task<bool> told = watch.WaitAsync(s_long, TimeProvider.System, s_never);
            await there.SetSuspendedAsync(id, suspended, s_never);
            Assert.True(await told);
            Assert.Equal(suspended, (await here.GetJobAsync(id, s_never))!.IsSuspended);
        }
    }

    [Fact]
    public async Task A_key_whose_request_died_makes_one_job_and_the_dead_one_none()
    {
        AzureJobLedger ledger = await OpenAsync();
        LedgerTable table = new(azurite.Open().GetTableClient(_table));
        var key = new IdempotencyKey("alice", "k", new string('a', 64));
        Assert.True(await new TotalsTable(table).TryTakeAsync("dead", 1_000, s_never));
        Assert.True(await new RequestTable(table).TryWriteAsync(RequestTable.PartitionOf(key), new RequestData("dead", key.BodyHash), null, s_never));

        NewJob job = New(1) with { Idempotency = key };
        CreateJobOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ledger.CreateJobAsync(job with { Id = NewId() }, 1_000, s_never)));

        string made = Assert.Single(outcomes.OfType<CreateJobOutcome.Created>()).Job.Id;
        Assert.All(outcomes.OfType<CreateJobOutcome.Known>(), known => Assert.Equal(made, known.Job.Id));
        Assert.Equal(1, (await ledger.GetTotalsAsync(s_never)).UnfinishedJobs);
        await Assert.ThrowsAsync<ArgumentException>(() => ledger.CreateJobAsync(New(1) with { Id = "dead" }, 1_000, s_never));
    }

    [Fact]
    public async Task Rows_of_lists_that_a_dead_process_left_are_passed_over_and_removed_once_they_are_old()
    {
        AzureJobLedger ledger = await OpenAsync(limits: LedgerLimits.Default with { Leftover = TimeSpan.Zero });
        string id = await StartAsync(ledger, 1);
        LedgerTable table = new(azurite.Open().GetTableClient(_table));
        TableRow row = new(JobLists.ByStatus(JobStatus.Failed), KeyText.Complement(id) + "left", Encoding.UTF8.GetBytes(id));
        await table.PutAsync(row, s_never);
        await UntilAsync(async () => (await table.FindAsync(row.Partition, row.Key, s_never))!.Age > TimeSpan.Zero);

        Assert.Empty((await ledger.ListJobsAsync(new JobFilter(JobStatus.Failed), null, 10, s_never)).Items);

        Assert.Null(await table.FindAsync(row.Partition, row.Key, s_never));
        Assert.Single((await ledger.ListJobsAsync(new JobFilter(JobStatus.Running), null, 10, s_never)).Items);
    }

    private static Task<ClaimOutcome> ClaimAsync(AzureJobLedger ledger, TaskKey task, string node) =>
        ledger.ClaimAsync(new TaskClaim { Task = task, Attempt = 1, Node = node, RerunOnLoss = true }, s_never);

    private static async Task<string> BeginNodeAsync(AzureJobLedger ledger)
    {
        string id = Guid.NewGuid().ToString("N");
        await ledger.BeginNodeAsync(new NodeLife(id, "node"), TimeSpan.FromMinutes(5), s_never);
        return id;
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using CancellationTokenSource limit = new(s_long);
        while (!await isSo())
        {
            await Task.Delay(50, limit.Token);
        }
    }

    private async Task<AzureJobLedger> OpenAsync(TimeProvider? time = null, JobSignals? signals = null, LedgerLimits? limits = null)
    {
        AzureJobLedger ledger = new(
            azurite.Open(), _table, signals ?? new JobSignals(), time ?? TimeProvider.System, NullLogger<AzureJobLedger>.Instance,
            limits ?? LedgerLimits.Default with { Patience = TimeSpan.FromSeconds(2) });
        _ledgers.Add(ledger);
        await ledger.OpenAsync(s_never);
        return ledger;
    }

    private string NewId() => $"job{++_ids:D6}";

    private NewJob New(params int[] tasks) => new() { Id = NewId(), Steps = [.. tasks.Select(static (count, i) => new NewStep($"s{i}", count))] };

    private async Task<string> StartAsync(AzureJobLedger ledger, params int[] tasks)
    {
        NewJob job = New(tasks);
        await ledger.CreateJobAsync(job, int.MaxValue, s_never);
        await ledger.BeginJobAsync(job.Id, s_never);
        return job.Id;
    }
}
