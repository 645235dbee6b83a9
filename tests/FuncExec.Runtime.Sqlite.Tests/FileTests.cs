using System.Runtime.Versioning;
using FuncExec.Runtime.Sqlite.Files;
using FuncExec.Runtime.SqliteFiles.Native;
using FuncExec.Runtime.SqliteFiles.Opening;

namespace FuncExec.Runtime.Sqlite.Tests;

/// <summary>The file: its versions, its damage, its size.</summary>
[SupportedOSPlatform("linux")]
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

        HubStartException refused = await OpenRefusedAsync();

        Assert.Contains($"'{_place.File}' has schema version 99; this program knows versions up to {HubKind.Schema.Count}.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_programs_file_is_refused_and_left_alone()
    {
        using (Connection connection = Connection.Open(_place.File, readOnly: false))
        {
            connection.Execute("CREATE TABLE theirs(x); INSERT INTO theirs VALUES (42)");
        }

        Assert.Contains("not a hub of FuncExec", (await OpenRefusedAsync()).Message, StringComparison.Ordinal);
        using Connection after = Connection.Open(_place.File, readOnly: false);
        Assert.Equal("42", after.ReadScalar("SELECT CAST(x AS TEXT) FROM theirs"));
    }

    [Fact]
    public async Task A_file_of_version_1_is_opened_with_what_it_holds()
    {
        using (Connection connection = Connection.Open(_place.File, readOnly: false))
        {
            connection.Execute(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "version-1.sql")));
        }

        await using IHub hub = _place.CreateHub();
        await hub.OpenAsync(s_never);
        long session = (await hub.OpenSessionAsync("node", TimeSpan.FromSeconds(10), s_never)).Id;

        Assert.True(session > 1_024);
        var leased = Assert.IsType<LeaseInstanceOutcome.Leased>(await hub.LeaseInstanceAsync("äöü", session, s_never)).Instance;
        Assert.Equal(new InstanceLease(7, "äöü", 6), leased.Lease);
        Assert.Equal("custom", leased.Record.CustomStatus);
        Assert.Equal("a message"u8.ToArray(), Assert.Single(leased.Messages).Content.ToArray());
        Assert.Equal(2, (await hub.ReadHistoryAsync(7, 0, 10, s_never)).Count);
        Assert.Equal(new string('x', 5_000), System.Text.Encoding.UTF8.GetString((await hub.ReadHistoryAsync(7, 1, 1, s_never))[0].Span));
        Assert.Equal([3, 1], (await hub.LeaseActivitiesAsync(session, ActivitySelection.All, 10, s_never)).Select(activity => activity.TimesLeased));
        StoredTimer timer = Assert.Single(await hub.ReadTimersAsync(session, default, DateTimeOffset.MaxValue, 10, s_never));
        Assert.Equal(new TimerKey(DateTimeOffset.UnixEpoch.AddMilliseconds(1_234), 7, 3), timer.Key);
        Assert.Equal("\"output\"", (await hub.FindInstanceAsync("done", s_never))!.Output);
    }

    [Fact]
    public async Task A_migration_is_done_wholly_or_not_at_all()
    {
        await MakeFileAsync("SELECT 1");
        using Connection connection = Connection.Open(_place.File, readOnly: false);
        string[] steps = [.. HubKind.Schema, "CREATE TABLE later(x)", "INSERT INTO later VALUES (1); INSERT INTO nowhere VALUES (2)"];

        Assert.Throws<SqliteException>(() => SchemaVersion.Migrate(connection, HubKind.Schema.Count, HubKind.Instance with { Steps = steps }));

        Assert.Equal($"{steps.Length - 1}", connection.ReadScalar("PRAGMA user_version"));
        Assert.Equal("0", connection.ReadScalar("SELECT CAST(count(*) AS TEXT) FROM later"));
        SchemaVersion.Migrate(connection, steps.Length - 1, HubKind.Instance with { Steps = [.. steps[..^1], "INSERT INTO later VALUES (1)"] });
        Assert.Equal($"{steps.Length}", connection.ReadScalar("PRAGMA user_version"));
        Assert.Equal("1", connection.ReadScalar("SELECT CAST(count(*) AS TEXT) FROM later"));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        await File.WriteAllTextAsync(_place.File, new string('?', 10_000));

        Assert.Contains($"'{_place.File}' is damaged or no SQLite file.", (await OpenRefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_page_fails_what_needs_it_and_says_so()
    {
        await MakeFileAsync("SELECT 1");
        long page;
        using (Connection connection = Connection.Open(_place.File, readOnly: false))
        {
            page = long.Parse(connection.ReadScalar("SELECT CAST(rootpage AS TEXT) FROM sqlite_master WHERE name = 'history'"), null);
        }

        await using (FileStream file = File.OpenWrite(_place.File))
        {
            file.Position = (page - 1) * 4_096;
            await file.WriteAsync(new byte[4_096]);
        }

        await using IHub hub = _place.CreateHub();
        await hub.OpenAsync(s_never);
        HubUnavailableException failed = await Assert.ThrowsAsync<HubUnavailableException>(() => hub.CreateInstanceAsync(New("a"), null, s_never));
        Assert.Contains("is damaged", failed.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HubUnavailableException>(() => hub.ReadHistoryAsync(1, 0, 10, s_never));
        Assert.Null(await hub.FindInstanceAsync("a", s_never));
        await hub.OpenSessionAsync("node", TimeSpan.FromSeconds(10), s_never);
    }

    [Fact]
    public async Task The_file_is_its_owners_alone()
    {
        await using IHub hub = _place.CreateHub();
        await hub.OpenAsync(s_never);

        foreach (string file in new[] { _place.File, _place.Log })
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task Space_is_used_again_after_a_purge()
    {
        long first = 0;
        for (int cycle = 1; cycle <= 10; cycle++)
        {
            await using (IHub hub = _place.CreateHub())
            {
                await hub.OpenAsync(s_never);
                await WorkAndPurgeAsync(hub);
            }

            long size = new FileInfo(_place.File).Length;
            first = cycle == 1 ? size : first;
            Assert.True(size <= 1.2 * first, $"{size} bytes after cycle {cycle}, {first} after the first.");
        }
    }

    [Fact]
    public async Task The_log_stays_short_while_reads_never_pause()
    {
        await using IHub hub = _place.CreateHub();
        await hub.OpenAsync(s_never);
        using var done = new CancellationTokenSource();
        Task[] readers =
        [
            .. Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    await hub.QueryInstancesAsync(new InstanceQuery(), s_never);
                }
            })),
        ];
        byte[] noise = new byte[256 * 1024];
        new Random(1).NextBytes(noise);
        long longest = 0;
        for (int i = 0; i < 500; i++)
        {
            await hub.CreateInstanceAsync(New($"i{i}") with { FirstTurn = noise }, null, s_never);
            longest = Math.Max(longest, new FileInfo(_place.Log).Length);
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);

        // 125 MiB are written. The bound is 64 MiB, and what may be written before the log is seen to have passed it.
        Assert.True(longest < 96 * 1024 * 1024, $"The log grew to {longest} bytes.");
    }

    // One phase after the other for all: how much is there at once decides how long the file gets.
    private static async Task WorkAndPurgeAsync(IHub hub)
    {
        long session = (await hub.OpenSessionAsync("node", TimeSpan.FromHours(1), s_never)).Id;
        NewActivity[] activities = [.. Enumerable.Range(0, 20).Select(id => new NewActivity { TaskId = id, Name = "Activity" })];
        byte[] turn = new byte[500];
        TurnCommit[] ends = await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
        {
            NewInstance instance = New($"instance {i}") with { FirstTurn = turn };
            var created = (CreateOutcome.Created)await hub.CreateInstanceAsync(instance, session, s_never);
            var running = new HubContract.Running(created.Lease!, session, instance.Generation, 1);
            await hub.SendMessageAsync(new OutgoingMessage(instance.InstanceId, null, turn), s_never);
            TurnCommit first = running.Turn() with
            {
                Turn = turn,
                NewActivities = activities,
                LeaseActivities = activities.Length,
                NewTimers = [running.Timer(1, DateTimeOffset.UnixEpoch)],
            };
            var scheduled = (CommitOutcome.Committed)await hub.CommitTurnAsync(first, s_never);
            return (running with { Version = 2 }).Turn(InstanceStatus.Completed) with
            {
                CompletedActivities = [.. scheduled.Activities.Select(receipt => receipt.Lease)],
            };
        }));
        await Task.WhenAll(ends.Select(async end =>
            Assert.IsType<CommitOutcome.Committed>(await hub.CommitTurnAsync(end, s_never))));
        await Task.WhenAll(ends.Select(async end =>
            Assert.Equal(PurgeOutcome.Purged, await hub.PurgeInstanceAsync(end.Lease.InstanceId, s_never))));
    }

    private static NewInstance New(string id) => new()
    {
        InstanceId = id,
        Name = "Orchestrator",
        Generation = Guid.NewGuid(),
        FirstTurn = new byte[] { 1 },
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    private async Task MakeFileAsync(string sql)
    {
        await using (IHub hub = _place.CreateHub())
        {
            await hub.OpenAsync(s_never);
        }

        using Connection connection = Connection.Open(_place.File, readOnly: false);
        connection.Execute(sql);
    }

    private async Task<HubStartException> OpenRefusedAsync()
    {
        await using IHub hub = _place.CreateHub();
        return await Assert.ThrowsAsync<HubStartException>(() => hub.OpenAsync(s_never));
    }
}
