using System.Globalization;
using System.Text.RegularExpressions;
using FuncExec.Orchestrator.Jobs;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Ledger.Postgres.Tests;

/// <summary>
/// Each statement of the ledger and of the blobs, also those inside of functions, reads by an index what it needs and little else, however
/// many rows there are, and whatever was known of them when it was planned.
/// </summary>
public sealed partial class PlanTests
{
    /// <summary>Jobs, each with a step, a task, an event and so on.</summary>
    private const int Jobs = 10_000;

    /// <summary>More than any page that is asked for here, and little of what there is.</summary>
    private const int MostRows = 1_000;

    private static readonly CancellationToken s_never = CancellationToken.None;

    [Fact]
    public async Task No_statement_reads_or_sorts_what_it_does_not_need()
    {
        await using PostgresServer server = await PostgresServer.StartAsync(
            "shared_preload_libraries=auto_explain", "auto_explain.log_min_duration=0", "auto_explain.log_nested_statements=on",
            "auto_explain.log_analyze=on", "auto_explain.log_timing=off", "autovacuum=off");
        await using PostgresPlace place = await PostgresPlace.NewAsync(server);
        await using IJobLedger ledger = place.CreateLedger();
        await ledger.OpenAsync(s_never);
        await using PostgresBlobStore blobs = new(place.ConnectionString, "Hub", TimeProvider.System, NullLoggerFactory.Instance);
        await blobs.OpenAsync(s_never);
        await UseAsync(ledger, blobs, "empty"); // Planned over nothing.
        await server.ExecuteAsync(Filling, place.Database);
        int before = server.Log.Length;

        await UseAsync(ledger, blobs, "full");

        string plans = server.Log[before..];
        foreach (string index in (string[])
            ["ledger_jobs_seen", "ledger_jobs_by_status", "ledger_jobs_by_name", "ledger_jobs_by_name_and_status", "ledger_jobs_by_state", "ledger_jobs_finished",
             "ledger_jobs_requests", "ledger_tasks_by_status", "ledger_events_pkey", "ledger_attempts_pkey", "ledger_artifacts_pkey", "ledger_blob_pieces_pkey",
             "ledger_content_pieces_pkey", "ledger_content_owners_pkey"])
        {
            Assert.Contains(index, plans, StringComparison.Ordinal);
        }

        // Of sums there are 32 rows; they are read whole.
        Assert.DoesNotMatch("Seq Scan on ledger_(?!totals)", plans);
        Assert.All(Removed().Matches(plans), removed => Assert.True(Count(removed) < MostRows, Context(plans, removed)));
        Assert.All(Actual().Matches(plans), actual => Assert.True(Count(actual) < MostRows, Context(plans, actual)));
        Assert.All(Sorted().Matches(plans), sorted => Assert.True(Count(sorted) < MostRows, Context(plans, sorted)));
    }

    [GeneratedRegex(@"Rows Removed by \w+(?: \w+)?: (\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Removed();

    [GeneratedRegex(@"Scan using \S+ on \S+.*\(actual rows=(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Actual();

    [GeneratedRegex(@"Sort  \(.*\(actual rows=(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Sorted();

    private static int Count(Match match) => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    private static string Context(string plans, Match match) => $"{match.Value}: {plans[Math.Max(0, match.Index - 2_000)..match.Index]}";

    /// <summary>Jobs of every state, with all that a job has, of half of the names; nodes, tombstones and content of others.</summary>
    private static string Filling =>
        $$"""
        SET search_path = funcexec_hub;
        INSERT INTO ledger_jobs(id, name, state, status, created, started, finished, suspended, stored, last_event, copied_step, copied_idx, principal, request_key, body_hash)
            SELECT ('a' || n)::bytea, CASE WHEN n % 2 = 0 THEN 'nightly'::bytea END, CASE WHEN n % 5 = 0 THEN 2 WHEN n % 5 = 1 THEN 3 ELSE 4 END,
                CASE WHEN n % 5 = 0 THEN 1 WHEN n % 5 = 1 THEN 2 ELSE 4 END, ledger_now() + n, n, n, 0, 1, 1, 0, 0, 'p', ('k' || n)::bytea, 'h'
            FROM generate_series(1, {{Jobs}}) n;
        INSERT INTO ledger_documents SELECT key, '\x00' FROM ledger_jobs WHERE id LIKE 'a%' ON CONFLICT DO NOTHING;
        INSERT INTO ledger_steps(job, step, name, total, running) SELECT key, 0, 's0', 3, 1 FROM ledger_jobs WHERE id LIKE 'a%';
        INSERT INTO ledger_tasks(job, step, idx, status, attempt, token, losses, stored, artifacts)
            SELECT key, 0, i, 1 + (key + i) % 3, 1, 1, 0, 0, 0 FROM ledger_jobs, generate_series(0, 1) i WHERE id LIKE 'a%';
        INSERT INTO ledger_attempts(job, step, idx, attempt, status, token, losses) SELECT key, 0, 0, 0, 4, 1, 0 FROM ledger_jobs WHERE id LIKE 'a%';
        INSERT INTO ledger_artifacts SELECT key, 's0/0/out', 0, 0, 'out', 1, 'h', false FROM ledger_jobs WHERE id LIKE 'a%';
        INSERT INTO ledger_events(job, number, at, kind, status) SELECT key, 1, 1, 1, 1 FROM ledger_jobs WHERE id LIKE 'a%';
        INSERT INTO ledger_tombstones SELECT ('t' || n)::bytea, n FROM generate_series(1, 90) n;
        INSERT INTO ledger_nodes(id, name, lease, expires, begun, renewed) SELECT ('n' || n)::bytea, 'other', 1, 1, n, n FROM generate_series(1, {{Jobs}}) n;
        INSERT INTO ledger_blobs SELECT id, 'output', 1 FROM ledger_jobs WHERE id LIKE 'a%';
        INSERT INTO ledger_blob_pieces SELECT id, 'output', 0, '\x00' FROM ledger_jobs WHERE id LIKE 'a%';
        INSERT INTO ledger_contents SELECT ('c' || n)::bytea, gen_random_uuid(), 1 FROM generate_series(1, {{Jobs}}) n;
        INSERT INTO ledger_content_pieces SELECT content, 0, '\x00' FROM ledger_contents WHERE hash LIKE 'c%';
        INSERT INTO ledger_content_owners SELECT id, ('c' || key)::bytea FROM ledger_jobs WHERE id LIKE 'a%';
        """;

    private static async Task UseAsync(IJobLedger ledger, PostgresBlobStore blobs, string name)
    {
        string job = name + "1", rerun = name + "2", node = name + "-node";
        await ledger.BeginNodeAsync(new NodeLife(node, name), TimeSpan.FromMinutes(10), s_never);
        Assert.True(await ledger.RenewNodeAsync(node, s_never));
        await ledger.ReportNodeAsync(node, "{}", s_never);
        await ledger.AskNodeToDrainAsync(node, s_never);
        await ledger.ListNodesAsync(s_never);
        NewJob made = new() { Id = job, Name = name, Steps = [new NewStep("s0", 4), new NewStep("s1", 2)], Document = new byte[10], Idempotency = new IdempotencyKey("p", name, "h") };
        Assert.IsType<CreateJobOutcome.Created>(await ledger.CreateJobAsync(made, int.MaxValue, s_never));
        await ledger.BeginJobAsync(job, s_never);
        await RunTasksAsync(ledger, job, node);
        await ReadAsync(ledger, job);
        await StoreAsync(blobs, job, rerun);
        await ledger.SetSuspendedAsync(job, true, s_never);
        await ledger.ConfirmSuspensionAsync(job, true, s_never);
        await ledger.SetSuspendedAsync(job, false, s_never);
        await ledger.CloseStepAsync(job, 1, new StepClosing(JobTaskStatus.Skipped, "why"), s_never);
        await ledger.EndNodeAsync(node, s_never); // What it ran still is nobody's.
        await ledger.StopJobAsync(job, StopKind.Cancel, "why", s_never);
        await ledger.CancelWaitingAsync(job, "why", 100, s_never);
        await ledger.FinishJobAsync(job, new JobEnd(JobStatus.Cancelled, "why"), s_never);
        await ledger.CreateJobAsync(made with { Id = rerun, RerunOf = job, Idempotency = null }, int.MaxValue, s_never);
        Assert.False(await ledger.CopySucceededAsync(rerun, 100, s_never));
        await blobs.DeleteJobAsync(job, s_never);
        await blobs.DeleteJobAsync(rerun, s_never);
        await foreach (string one in blobs.ListJobsAsync(s_never))
        {
            Assert.NotEqual(job, one);
            break;
        }

        Assert.Equal(DeleteJobOutcome.Deleted, await ledger.DeleteJobAsync(job, 1_000, s_never));
        Assert.True(await ledger.IsDeletedAsync(job, s_never));
    }

    private static async Task RunTasksAsync(IJobLedger ledger, string job, string node)
    {
        for (int index = 0; index < 3; index++)
        {
            var task = new TaskKey(job, 0, index);
            var claim = new TaskClaim { Task = task, Attempt = 1, Node = node, RerunOnLoss = true };
            var claimed = Assert.IsType<ClaimOutcome.Claimed>(await ledger.ClaimAsync(claim, s_never));
            if (index == 2)
            {
                await ledger.ReleaseAsync(task, claimed.Token, s_never);
                continue;
            }

            AttemptEnd end = new()
            {
                Task = task,
                Token = claimed.Token,
                Status = index == 0 ? JobTaskStatus.Succeeded : JobTaskStatus.Failed,
                ExitCode = index,
                RetryAfter = index == 0 ? null : TimeSpan.Zero,
                Artifacts = index == 0 ? [new ArtifactRecord(0, 0, "out", 1, new string('a', 64), false) { Name = "s0/0/out" }] : [],
            };
            Assert.IsType<EndAttemptOutcome.Recorded>(await ledger.EndAttemptAsync(end, s_never));
        }

        await ledger.ClaimAsync(new TaskClaim { Task = new TaskKey(job, 0, 1), Attempt = 2, Node = node, RerunOnLoss = true }, s_never);
    }

    private static async Task ReadAsync(IJobLedger ledger, string job)
    {
        await ledger.GetJobAsync(job, s_never);
        await ledger.GetWorkspaceAsync(job, s_never);
        await ledger.GetDocumentAsync(job, s_never);
        await ledger.GetTotalsAsync(s_never);
        foreach (JobFilter filter in (JobFilter[])[new(), new() { Status = JobStatus.Running }, new() { Name = "nightly" }, new() { Name = "nightly", Status = JobStatus.Pending }])
        {
            LedgerPage<JobRecord> page = await ledger.ListJobsAsync(filter, null, 10, s_never);
            await ledger.ListJobsAsync(filter, page.Next, 10, s_never);
        }

        foreach (CareKind kind in Enum.GetValues<CareKind>())
        {
            IReadOnlyList<JobRecord> jobs = await ledger.ListForCareAsync(kind, DateTimeOffset.MaxValue, null, 10, s_never);
            await ledger.ListForCareAsync(kind, DateTimeOffset.MaxValue, jobs.Count > 0 ? jobs[^1].Id : null, 10, s_never);
        }

        foreach (TaskFilter filter in (TaskFilter[])[new(), new() { Step = 0 }, new() { Status = JobTaskStatus.Running }, new() { Step = 0, Status = JobTaskStatus.Queued }])
        {
            await ledger.ListTasksAsync(job, filter, null, 10, s_never);
        }

        await ledger.GetTaskAsync(new TaskKey(job, 0, 0), s_never);
        await ledger.ListRunningAsync(job, 10, s_never);
        await ledger.ListAttemptsAsync(new TaskKey(job, 0, 1), s_never);
        await ledger.ListArtifactsAsync(job, null, null, 10, s_never);
        await ledger.ListArtifactsAsync(job, 0, null, 10, s_never);
        await ledger.GetArtifactAsync(job, "s0/0/out", s_never);
        await ledger.ListEventsAsync(job, 0, 10, s_never);
    }

    private static async Task StoreAsync(PostgresBlobStore blobs, string job, string other)
    {
        var name = new BlobName(job, "output");
        await blobs.WriteAsync(name, new byte[100_000], s_never);
        await blobs.AppendAsync(name, 100_000, new byte[10], s_never);
        await blobs.FlushAsync(name, s_never);
        await blobs.GetLengthAsync(name, s_never);
        await blobs.ReadAsync(name, 70_000, new byte[100], s_never);
        await blobs.ShareAsync(name, other, s_never);
        await blobs.DeleteAsync(name, s_never);
        ContentId content = Assert.IsType<ContentId>(await blobs.PutContentAsync(job, new MemoryStream(new byte[200_000]), long.MaxValue, s_never));
        await blobs.ShareContentAsync(job, other, content.Hash, s_never);
        await using Stream read = Assert.IsAssignableFrom<Stream>(await blobs.OpenContentAsync(job, content.Hash, s_never));
        read.Position = 100_000;
        Assert.NotEqual(0, await read.ReadAsync(new byte[1_000], s_never));
    }
}
