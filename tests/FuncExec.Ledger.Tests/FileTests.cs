using System.Globalization;
using FuncExec.Ledger.Sqlite.Files;
using FuncExec.Runtime.SqliteFiles.Native;
using FuncExec.Runtime.SqliteFiles.Opening;

namespace FuncExec.Ledger.Tests;

/// <summary>The ledger's file: its versions, its damage, its owner.</summary>
public sealed class FileTests : IAsyncLifetime
{
    private static readonly CancellationToken s_never = CancellationToken.None;

    private readonly SqlitePlace _place = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _place.DisposeAsync().AsTask();

    [Fact]
    public async Task A_newer_file_is_refused_by_name_and_number()
    {
        await MakeFileAsync("PRAGMA user_version = 99");

        Assert.Contains(
            $"'{_place.File}' has schema version 99; this program knows versions up to {LedgerKind.Schema.Count}.",
            (await OpenRefusedAsync()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_programs_file_is_refused_and_left_alone()
    {
        using (Connection connection = Connection.Open(_place.File, readOnly: false))
        {
            connection.Execute("CREATE TABLE theirs(x); INSERT INTO theirs VALUES (42)");
        }

        byte[] before = await File.ReadAllBytesAsync(_place.File);
        Assert.Contains("not a ledger of FuncExec", (await OpenRefusedAsync()).Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(_place.File));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        await File.WriteAllTextAsync(_place.File, new string('?', 10_000));
        Assert.Contains($"'{_place.File}' is damaged or no SQLite file.", (await OpenRefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_is_done_wholly_or_not_at_all()
    {
        await MakeFileAsync("SELECT 1");
        using Connection connection = Connection.Open(_place.File, readOnly: false);
        string[] steps = [.. LedgerKind.Schema, "CREATE TABLE later(x)", "INSERT INTO later VALUES (1); INSERT INTO nowhere VALUES (2)"];

        Assert.Throws<SqliteException>(() => SchemaVersion.Migrate(connection, LedgerKind.Schema.Count, LedgerKind.Instance with { Steps = steps }));

        Assert.Equal(steps.Length - 1, SchemaVersion.Read(connection, _place.File, LedgerKind.Instance with { Steps = steps }));
        Assert.Equal("0", connection.ReadScalar("SELECT CAST(count(*) AS TEXT) FROM later"));
    }

    [Fact]
    public async Task A_damaged_page_fails_what_needs_it_and_says_so()
    {
        await MakeFileAsync("SELECT 1");
        long page;
        using (Connection connection = Connection.Open(_place.File, readOnly: false))
        {
            page = long.Parse(
                connection.ReadScalar("SELECT CAST(rootpage AS TEXT) FROM sqlite_master WHERE name = 'events'"), CultureInfo.InvariantCulture);
        }

        await using (FileStream file = File.OpenWrite(_place.File))
        {
            file.Position = (page - 1) * 4_096;
            await file.WriteAsync(new byte[4_096]);
        }

        await using IJobLedger ledger = _place.CreateLedger();
        await ledger.OpenAsync(s_never);
        await ledger.CreateJobAsync(New("a"), 10, s_never);
        LedgerUnavailableException failed = await Assert.ThrowsAsync<LedgerUnavailableException>(() => ledger.BeginJobAsync("a", s_never));
        Assert.Contains("is damaged", failed.Message, StringComparison.Ordinal);
        Assert.Equal(JobState.Accepted, (await ledger.GetJobAsync("a", s_never))!.State);
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => ledger.ListEventsAsync("a", 0, 10, s_never));
        await ledger.CreateJobAsync(New("b"), 10, s_never);
    }

    [Fact]
    public async Task A_damaged_document_is_told_from_a_ledger_that_is_away_and_its_job_can_be_deleted()
    {
        await using (IJobLedger ledger = _place.CreateLedger())
        {
            await ledger.OpenAsync(s_never);
            await ledger.CreateJobAsync(New("a"), 10, s_never);
            await ledger.CreateJobAsync(New("b") with { Document = "{}"u8.ToArray() }, 10, s_never);
        }

        using (Connection connection = Connection.Open(_place.File, readOnly: false))
        {
            connection.Execute("INSERT OR REPLACE INTO documents SELECT key, x'07' FROM jobs WHERE id = 'a'");
        }

        await using IJobLedger again = _place.CreateLedger();
        await again.OpenAsync(s_never);
        await Assert.ThrowsAsync<LedgerDamagedException>(() => again.GetDocumentAsync("a", s_never));
        Assert.Equal("{}"u8.ToArray(), await again.GetDocumentAsync("b", s_never));
        await again.StopJobAsync("a", StopKind.Cancel, null, s_never);
        await again.CancelWaitingAsync("a", "why", 10, s_never);
        await again.FinishJobAsync("a", new JobEnd(FuncExec.Orchestrator.Jobs.JobStatus.Cancelled, "why"), s_never);
        Assert.Equal(DeleteJobOutcome.Deleted, await again.DeleteJobAsync("a", 1_000, s_never));
    }

    [Fact]
    public async Task The_file_is_its_owners_alone()
    {
        await using IJobLedger ledger = _place.CreateLedger();
        await ledger.OpenAsync(s_never);
        await ledger.CreateJobAsync(New("a"), 10, s_never);
        foreach (string suffix in (string[])["", "-wal", "-shm"])
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_place.File + suffix));
        }
    }

    [Fact]
    public async Task The_log_stays_short_while_many_write_and_read()
    {
        await using IJobLedger ledger = _place.CreateLedger();
        await ledger.OpenAsync(s_never);
        byte[] document = new byte[64 * 1024];
        new Random(1).NextBytes(document);
        long longest = 0;
        await Parallel.ForAsync(0, 3_000, async (i, _) =>
        {
            await ledger.CreateJobAsync(New($"job{i:D6}") with { Document = document }, int.MaxValue, s_never);
            await ledger.ListJobsAsync(new JobFilter(), null, 20, s_never);
            InterlockedMax(ref longest, new FileInfo(_place.File + "-wal").Length);
        });

        // 64 MiB, and what a batch may add before the next look.
        Assert.InRange(longest, 1, 96 * 1024 * 1024);
    }

    [Fact]
    public async Task One_call_that_fails_leaves_those_beside_it_alone()
    {
        await using IJobLedger ledger = _place.CreateLedger();
        await ledger.OpenAsync(s_never);
        await ledger.CreateJobAsync(New("a") with { Steps = [new NewStep("s", 500)] }, 10, s_never);
        await ledger.BeginJobAsync("a", s_never);
        await ledger.BeginNodeAsync(new NodeLife("n", "n"), TimeSpan.FromHours(1), s_never);

        Task<ClaimOutcome>[] claims = [.. Enumerable.Range(0, 500).Select(i => Task.Run(() => ledger.ClaimAsync(
            new TaskClaim { Task = new TaskKey("a", 0, i), Attempt = i % 5 == 0 ? 2 : 1, Node = "n", RerunOnLoss = true }, s_never)))];
        for (int i = 0; i < 500; i++)
        {
            if (i % 5 == 0)
            {
                await Assert.ThrowsAsync<ArgumentException>(() => claims[i]);
            }
            else
            {
                Assert.IsType<ClaimOutcome.Claimed>(await claims[i]);
            }
        }

        JobRecord job = (await ledger.GetJobAsync("a", s_never))!;
        Assert.Equal((400, 401L), (job.Counts.Running, job.LastEvent));
    }

    private static NewJob New(string id) => new() { Id = id, Steps = [new NewStep("s", 1)] };

    private static void InterlockedMax(ref long most, long value)
    {
        long seen = Interlocked.Read(ref most);
        while (value > seen)
        {
            seen = Interlocked.CompareExchange(ref most, value, seen) == seen ? value : Interlocked.Read(ref most);
        }
    }

    private async Task MakeFileAsync(string sql)
    {
        await using (IJobLedger ledger = _place.CreateLedger())
        {
            await ledger.OpenAsync(s_never);
        }

        using Connection connection = Connection.Open(_place.File, readOnly: false);
        connection.Execute(sql);
    }

    private async Task<LedgerStartException> OpenRefusedAsync()
    {
        await using IJobLedger ledger = _place.CreateLedger();
        return await Assert.ThrowsAsync<LedgerStartException>(() => ledger.OpenAsync(s_never));
    }
}
