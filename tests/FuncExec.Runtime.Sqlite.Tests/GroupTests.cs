using FuncExec.HubContract;
using FuncExec.Runtime.Sqlite.Files;
using FuncExec.Runtime.SqliteFiles;
using FuncExec.Runtime.SqliteFiles.Native;
using FuncExec.Runtime.SqliteFiles.Opening;
using FuncExec.Runtime.SqliteFiles.Reading;
using FuncExec.Runtime.SqliteFiles.Writing;
using FuncExec.Runtime.Sqlite.Reading;
using FuncExec.Runtime.Sqlite.Writing;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Runtime.Sqlite.Tests;

/// <summary>How calls are grouped into transactions.</summary>
public sealed class GroupTests : IAsyncLifetime
{
    private static readonly CancellationToken s_never = CancellationToken.None;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly SqlitePlace _place = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _place.DisposeAsync().AsTask();

    [Fact]
    public async Task A_lone_caller_is_answered_before_the_call_returns()
    {
        await using IHub hub = _place.CreateHub();
        await hub.OpenAsync(s_never);
        (Running instance, _) = await StartAsync(hub, "a");

        Assert.True(hub.CommitTurnAsync(instance.Turn(), s_never).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_turn_that_cannot_be_stored_fails_alone_and_changes_nothing()
    {
        await using IHub hub = _place.CreateHub();
        await hub.OpenAsync(s_never);
        var instances = new List<Running>();
        for (int i = 0; i < 50; i++)
        {
            instances.Add((await StartAsync(hub, $"i{i}")).Instance);
        }

        // One timer twice in one turn breaks the table's key.
        Task<CommitOutcome>[] turns =
        [
            .. instances.Select((instance, i) => Task.Run(() => hub.CommitTurnAsync(
                instance.Turn() with
                {
                    NewTimers = [instance.Timer(1, DateTimeOffset.UnixEpoch), instance.Timer(i == 25 ? 1 : 2, DateTimeOffset.UnixEpoch)],
                },
                s_never).AsTask())),
        ];

        HubRejectedException refused = await Assert.ThrowsAsync<HubRejectedException>(() => turns[25]);
        Assert.Contains("nothing was changed", refused.Message, StringComparison.Ordinal);
        Assert.Equal(49, (await Task.WhenAll(turns.Where((_, i) => i != 25))).OfType<CommitOutcome.Committed>().Count());
        Assert.Equal(1, (await hub.FindInstanceAsync("i25", s_never))!.Version);
        IReadOnlyList<StoredTimer> timers = await hub.ReadTimersAsync(instances[0].Session, default, DateTimeOffset.MaxValue, 1_000, s_never);
        Assert.DoesNotContain(timers, timer => timer.InstanceId == "i25");
        await hub.CommitTurnAsync(instances[25].Turn(), s_never);
    }

    [Fact]
    public async Task What_is_queued_shares_transactions_and_a_full_queue_makes_callers_wait()
    {
        const int Places = 100_000;
        using Connection connection = DatabaseFile.OpenWriter(_place.File, HubKind.Instance);
        var gate = new LogGate();
        using var readers = new ReaderPool<Reader>(_place.File, HubKind.Instance, gate, static connection => new Reader(connection));
        var store = new Store(connection, new Sessions(TimeProvider.System), new Signals(), TimeProvider.System, gate);
        using var queue = new WriteQueue<Store>(
            new BatchRunner<Store>(store, _place.File, HubKind.Instance), new LogKeeper(store, readers, HubKind.Instance, NullLogger.Instance), HubKind.Instance);
        using var blocker = new BlockingOperation();
        Task<int> leader = Task.Run(() => queue.SubmitAsync(blocker, s_never).AsTask());
        Assert.True(blocker.IsRunning.Wait(s_limit));

        var transactions = new HashSet<int>();
        Task<int>[] queued =
        [
            .. Enumerable.Range(0, Places).Select(i => queue.SubmitAsync(new CountingOperation(transactions, i), s_never).AsTask()),
        ];
        using var cancel = new CancellationTokenSource();
        Task<int> cancelled = queue.SubmitAsync(new CountingOperation(transactions, -1), cancel.Token).AsTask();
        Task<int> waiting = queue.SubmitAsync(new CountingOperation(transactions, Places), s_never).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(waiting.IsCompleted);

        blocker.GoOn.Set();
        Assert.Equal(Enumerable.Range(0, Places), await Task.WhenAll(queued).WaitAsync(s_limit));
        Assert.Equal(Places, await waiting.WaitAsync(s_limit));
        await leader;
        Assert.InRange(transactions.Count, Places / 2_000, Places / 1_000);
    }

    [Fact]
    public async Task Closing_answers_what_was_asked_before_and_refuses_what_comes_later()
    {
        IHub hub = _place.CreateHub();
        await hub.OpenAsync(s_never);
        (Running instance, long session) = await StartAsync(hub, "a");
        Task<SendOutcome>[] sent =
        [
            .. Enumerable.Range(0, 5_000).Select(_ => hub.SendMessageAsync(new OutgoingMessage("a", null, new byte[10]), s_never)),
        ];

        await hub.DisposeAsync();
        await hub.DisposeAsync();

        Assert.All(await Task.WhenAll(sent).WaitAsync(s_limit), outcome => Assert.IsType<SendOutcome.Stored>(outcome));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => hub.CommitTurnAsync(instance.Turn(), s_never).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => hub.FindInstanceAsync("a", s_never));
        await using IHub next = _place.CreateHub();
        await next.OpenAsync(s_never);
        Assert.Equal(1, (await next.FindInstanceAsync("a", s_never))!.Version);
        Assert.NotEqual(0, session);
    }

    private static async Task<(Running Instance, long Session)> StartAsync(IHub hub, string id)
    {
        long session = (await hub.OpenSessionAsync("node", TimeSpan.FromHours(1), s_never)).Id;
        var instance = new NewInstance
        {
            InstanceId = id,
            Name = "Orchestrator",
            Generation = Guid.NewGuid(),
            FirstTurn = new byte[] { 1 },
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        var created = (CreateOutcome.Created)await hub.CreateInstanceAsync(instance, session, s_never);
        return (new Running(created.Lease!, session, instance.Generation, 1), session);
    }

    private sealed class BlockingOperation : WriteOperation<Store, int>, IDisposable
    {
        internal ManualResetEventSlim IsRunning { get; } = new();

        internal ManualResetEventSlim GoOn { get; } = new();

        internal override Verdict Run(Store store)
        {
            IsRunning.Set();
            GoOn.Wait(s_limit);
            return Verdict.Keep;
        }

        public void Dispose()
        {
            IsRunning.Dispose();
            GoOn.Dispose();
        }
    }

    // Each writes a row and notes how long the log is after its commit: another length is another transaction.
    private sealed class CountingOperation(HashSet<int> transactions, int number) : WriteOperation<Store, int>
    {
        internal override Verdict Run(Store store)
        {
            store.Timers.Insert(new TimerKey(DateTimeOffset.UnixEpoch, number, 1));
            Result = number;
            return Verdict.Keep;
        }

        internal override void Committed(Store store) => transactions.Add(store.WalPages);
    }
}
