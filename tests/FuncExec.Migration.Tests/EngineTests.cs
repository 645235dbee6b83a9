using System.Security.Cryptography;
using System.Text;
using FuncExec.Ledger;
using FuncExec.Ledger.Sqlite;
using FuncExec.Migration.Tests.Running;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Service.Tests.Running;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Migration.Tests;

/// <summary>What waits in a hub, and what is stored there, over a move and back.</summary>
public sealed class EngineTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TimeSpan s_sleep = TimeSpan.FromSeconds(4);
    private static readonly EntityInstanceId s_counter = new("counter", "one");

    [Fact]
    public async Task What_waits_goes_on_and_nothing_that_was_recorded_runs_again()
    {
        using var data = new DataDirectory();
        string database = await postgres.Server.CreateDatabaseAsync();
        await MakeLedgerAsync(data.Data);
        await FillAsync(data.Data);
        IReadOnlyDictionary<string, long> counts = (await Migrate.RunAsync(database, "--hub", TestEngine.Hub, "--from", data.Data, "--to", "postgresql")).Counts();
        Assert.True(counts["activities"] > 0 && counts["timers"] > 0 && counts["instances"] >= 12 && counts["turns"] > 12, string.Join(", ", counts));

        Dictionary<string, int> turns = [];
        await using (TestEngine there = await TestEngine.OverPostgresAsync(database))
        {
            foreach (string waiting in new[] { "listen", "child", "bid", "again", "again", "held-back" })
            {
                await there.Client.ResumeInstanceAsync("held-back", null);
                await there.Client.RaiseEventAsync(waiting, "Go", "!");
            }

            Assert.Equal("\"done!\"", await OutputAsync(there, "listen"));
            Assert.Equal("\"done!\"", await OutputAsync(there, "held-back"));
            Assert.Equal("\"done!\"", await OutputAsync(there, "parent"));
            Assert.Equal("\"2 !\"", await OutputAsync(there, "again"));
            Assert.Equal("\"woken\"", await OutputAsync(there, "sleep"));
            Assert.Equal("\"woken\"", await OutputAsync(there, "later"));
            Assert.Equal("\"done\"", await OutputAsync(there, "hold"));
            Assert.Equal("\"22\"", await OutputAsync(there, "bid"));
            Assert.Equal("\"done\"", await OutputAsync(there, "finished"));
            Assert.Equal(["hold"], there.Ended);
            Assert.Equal(16, (await there.Client.Entities.GetEntityAsync<int>(s_counter))!.State);
            Assert.Equal(OrchestrationRuntimeStatus.Failed, (await there.Client.GetInstanceAsync("failed"))!.RuntimeStatus);
            Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await there.Client.GetInstanceAsync("terminated"))!.RuntimeStatus);
            foreach (string id in new[] { "listen", "parent", "bid", "finished" })
            {
                turns[id] = (await there.Engine.ReadHistoryAsync(id, CancellationToken.None)).Count;
            }
        }

        string back = data.File("back");
        (await Migrate.RunAsync(database, "--hub", TestEngine.Hub, "--from", "postgresql", "--to", back)).Counts();
        await using TestEngine here = await TestEngine.OverSqliteAsync(back);
        Assert.Equal("\"22\"", await OutputAsync(here, "bid"));
        Assert.Equal(16, (await here.Client.Entities.GetEntityAsync<int>(s_counter))!.State);
        foreach ((string id, int count) in turns)
        {
            Assert.Equal(count, (await here.Engine.ReadHistoryAsync(id, CancellationToken.None)).Count);
        }

        await here.Client.ScheduleNewOrchestrationInstanceAsync("Add", null, new StartOrchestrationOptions("new"));
        Assert.Equal("\"done\"", await OutputAsync(here, "new"));
        Assert.Equal(["new"], here.Ended);
    }

    [Fact]
    public async Task Every_row_and_column_comes_back_as_it_was()
    {
        using var data = new DataDirectory();
        string database = await postgres.Server.CreateDatabaseAsync();
        string other = await postgres.Server.CreateDatabaseAsync();
        string back = data.File("back");
        await MakeLedgerAsync(data.Data);
        await FillAsync(data.Data);
        await AddOddTextsAsync(data.Data);
        Directory.CreateDirectory(Path.Combine(data.Data, "timers"));
        await File.WriteAllTextAsync(
            Path.Combine(data.Data, "timers", "sweep.json"),
            """{ "schedule": "0 */5 * * * *", "last": "2026-01-02T03:05:00Z", "next": "2026-01-02T03:10:00Z", "updated": "2026-01-02T03:05:00.1234567Z" }""");

        IReadOnlyDictionary<string, long> there = (await Migrate.RunAsync(database, "--hub", TestEngine.Hub, "--from", data.Data, "--to", "postgresql")).Counts();
        IReadOnlyDictionary<string, long> here = (await Migrate.RunAsync(database, "--hub", TestEngine.Hub, "--from", "postgresql", "--to", back)).Counts();
        Assert.Equal(there, here);
        Assert.All(there.Where(static kind => kind.Key is not "secrets"), static kind => Assert.True(kind.Value > 0, $"There was nothing of the kind '{kind.Key}'."));
        string name = TestEngine.Hub + ".db";
        Assert.Equal("", string.Join(", ", Dump.UnusedOfFile(Path.Combine(data.Data, name))));
        Assert.Equal("", string.Join(", ", Dump.UnusedOfFile(Path.Combine(data.Data, "ledger.db"))));
        Dump.AssertEqual(Dump.OfFile(Path.Combine(data.Data, name)), Dump.OfFile(Path.Combine(back, name)), "migration");
        Dump.AssertEqual(Dump.OfFile(Path.Combine(data.Data, "ledger.db")), Dump.OfFile(Path.Combine(back, "ledger.db")), "migration");
        Assert.Equal(Files(data.Data), Files(back));

        (await Migrate.RunAsync(other, "--hub", TestEngine.Hub, "--from", back, "--to", "postgresql")).Counts();
        Dump.AssertEqual(
            await Dump.OfSchemaAsync(database, "funcexec_engine_hub"), await Dump.OfSchemaAsync(other, "funcexec_engine_hub"), "funcexec_migration", "ledger_content_pieces");
    }

    private static async Task FillAsync(string directory)
    {
        TaskCompletionSource hold = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestEngine engine = await TestEngine.OverSqliteAsync(directory, hold);
        DurableTaskClient client = engine.Client;
        await client.Entities.SignalEntityAsync(s_counter, "Add", 5);
        await Patience.UntilAsync("the entity has its state", async () => await client.Entities.GetEntityAsync<int>(s_counter) is { State: 5 });
        foreach ((string id, string orchestrator, object? input) in new (string, string, object?)[]
        {
            ("finished", "Add", null), ("listen", "Listen", new string('i', 9_000)), ("held-back", "Listen", null), ("sleep", "Sleep", s_sleep), ("hold", "Hold", null), ("parent", "Parent", null),
            ("again", "Again", 0), ("failed", "Fail", null), ("terminated", "Listen", null), ("bid", "Bid", null),
        })
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                orchestrator, input, new StartOrchestrationOptions(id) { Tags = new Dictionary<string, string> { ["of"] = "the test" } });
        }

        await client.ScheduleNewOrchestrationInstanceAsync("Sleep", TimeSpan.Zero, new StartOrchestrationOptions("later", DateTimeOffset.UtcNow + s_sleep));
        await client.RaiseEventAsync("again", "Go", "first");
        await client.TerminateInstanceAsync("terminated", (object?)"enough");
        await client.SuspendInstanceAsync("held-back", "not now");
        foreach (string id in new[] { "finished", "failed", "terminated" })
        {
            await client.WaitForInstanceCompletionAsync(id);
        }

        await Patience.UntilAsync("the suspended one is", async () => (await client.GetInstanceAsync("held-back"))!.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);
        foreach (string id in new[] { "listen", "child" })
        {
            await Patience.UntilAsync($"{id} waits", async () => (await client.GetInstanceAsync(id, true))?.SerializedCustomStatus is not null);
        }

        await Patience.UntilAsync("the entity was called", async () => await client.Entities.GetEntityAsync<int>(s_counter) is { State: 6 });
        await Patience.UntilAsync("the second round has begun", async () => (await engine.Engine.ReadHistoryAsync("again", CancellationToken.None)).Count >= 1);
        await hold.Task.WaitAsync(Patience.Limit);
    }

    /// <summary>Texts that stores take in forms of their own, and a message that nobody has read.</summary>
    private static async Task AddOddTextsAsync(string directory)
    {
        await using IHub hub = TestEngine.MakeSqlite(directory);
        await hub.OpenAsync(CancellationToken.None);
        HubSession session = await hub.OpenSessionAsync("odd", TimeSpan.FromMinutes(1), CancellationToken.None);
        foreach (string text in new[] { "", "\0", "a\0b", "\ud800", "日本語 🎉", "'quoted'", new string('c', 20_000) + "\udc00" })
        {
            await AddOddTextAsync(hub, session, text);
        }
    }

    private static async Task AddOddTextAsync(IHub hub, HubSession session, string text)
    {
        var instance = new NewInstance
        {
            InstanceId = "odd " + text[..Math.Min(text.Length, 40)],
            Name = "Nobody knows " + text,
            Generation = Guid.NewGuid(),
            FirstTurn = Encoding.Unicode.GetBytes(text),
            CreatedAt = DateTimeOffset.UtcNow,
            Tags = text,
        };
        InstanceLease lease = Assert.IsType<CreateOutcome.Created>(await hub.CreateInstanceAsync(instance, session.Id, CancellationToken.None)).Lease!;
        LabelSet labels = LabelSet.Of(Enumerable.Range(0, 60).Select(static number => new string((char)('a' + (number % 26)), 90) + number));
        Assert.IsType<CommitOutcome.Committed>(await hub.CommitTurnAsync(
            new TurnCommit
            {
                Lease = lease,
                Session = session.Id,
                ExpectedVersion = 1,
                Generation = instance.Generation,
                Turn = new byte[] { 0, 1, 2, 255 },
                Status = InstanceStatus.Running,
                At = DateTimeOffset.UtcNow,
                CustomStatus = text,
                NewTimers = [new TimerKey(DateTimeOffset.UtcNow.AddYears(9), lease.InstanceKey, 7)],
                NewActivities =
                [
                    new NewActivity { TaskId = 1, Name = text, Input = text, Version = text, Tags = text, Priority = 9, RunsOn = labels },
                    new NewActivity { TaskId = 2, Name = text },
                ],
            },
            CancellationToken.None));
        Assert.IsType<SendOutcome.Stored>(await hub.SendMessageAsync(
            new OutgoingMessage(instance.InstanceId, instance.Generation, Encoding.UTF8.GetBytes(text)), CancellationToken.None));
    }

    /// <summary>A ledger that has everything that a ledger can have, and its blobs.</summary>
    private static async Task MakeLedgerAsync(string directory)
    {
        Directory.CreateDirectory(directory);
        await using var ledger = new SqliteJobLedger(directory, new JobSignals(), TimeProvider.System, NullLogger<SqliteJobLedger>.Instance);
        await ledger.OpenAsync(CancellationToken.None);
        await using var blobs = new Ledger.Files.FileBlobStore(directory);
        await blobs.OpenAsync(CancellationToken.None);
        await LedgerRows.WriteAsync(ledger, blobs);
    }

    private static async Task<string?> OutputAsync(TestEngine engine, string id)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        return (await engine.Client.WaitForInstanceCompletionAsync(id, true, limit.Token)).SerializedOutput;
    }

    /// <summary>The blobs with their content, by name.</summary>
    private static SortedDictionary<string, string> Files(string directory)
    {
        string root = Path.Combine(directory, "blobs", "jobs");
        return new SortedDictionary<string, string>(
            Directory.GetFiles(root, "*", SearchOption.AllDirectories).ToDictionary(
                file => Path.GetRelativePath(root, file), static file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))),
            StringComparer.Ordinal);
    }
}
