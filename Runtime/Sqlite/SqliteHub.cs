using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Sqlite.Files;
using FuncExec.Runtime.Sqlite.Reading;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.Sqlite.Writing;
using FuncExec.Runtime.Sqlite.Writing.Operations;
using FuncExec.Runtime.SqliteFiles;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Sqlite;

/// <summary>A hub in one SQLite file.</summary>
internal sealed class SqliteHub : IHub, IHubSignals, IHubBacklog
{
    private readonly Sessions _sessions;
    private readonly Signals _signals = new();
    private readonly SqliteFile<Store, Reader> _file;

    internal SqliteHub(string directory, string name, TimeProvider time, ILogger logger)
    {
        _sessions = new Sessions(time);
        _file = new SqliteFile<Store, Reader>(
            directory,
            name.ToLowerInvariant() + ".db",
            HubKind.Instance,
            (connection, gate) => new Store(connection, _sessions, _signals, time, gate),
            static connection => new Reader(connection),
            logger);
    }

    public string Description => $"SQLite, {_file.Path}";

    public Task OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _file.Open();
        return Task.CompletedTask;
    }

    public Task<HubSession> OpenSessionAsync(string node, TimeSpan leaseTime, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(leaseTime, TimeSpan.Zero);
        return _file.WriteAsync(new OpenSession(node, leaseTime), cancellationToken).AsTask();
    }

    public Task<bool> RenewSessionAsync(long session, CancellationToken cancellationToken) =>
        Task.FromResult(_sessions.Renew(session));

    public Task CloseSessionAsync(long session, CancellationToken cancellationToken)
    {
        _sessions.End(session);
        _signals.Tell(session, static listener => listener.SessionClosed());
        return Task.CompletedTask;
    }

    public Task<long> ReadLastSessionEndAsync(CancellationToken cancellationToken) => Task.FromResult((long)_sessions.Ended());

    public void TellLoad(NodeLoad load) => _signals.Tell(load.Session, listener => listener.LoadChanged(load));

    public Task<IAsyncDisposable> ListenAsync(IHubListener listener, CancellationToken cancellationToken) =>
        Task.FromResult(_signals.Listen(listener));

    public Task<CreateOutcome> CreateInstanceAsync(
        NewInstance instance, long? leaseTo, CancellationToken cancellationToken) =>
        _file.WriteAsync(new CreateInstance(instance, leaseTo), cancellationToken).AsTask();

    public Task<SendOutcome> SendMessageAsync(OutgoingMessage message, CancellationToken cancellationToken) =>
        _file.WriteAsync(new SendMessage(message), cancellationToken).AsTask();

    public Task<InstanceRecord?> FindInstanceAsync(string instanceId, CancellationToken cancellationToken) =>
        _file.ReadAsync(static (reader, id) => reader.Find(id), StoredText.Of(instanceId), cancellationToken);

    public Task<InstancePage> QueryInstancesAsync(InstanceQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1);
        return _file.ReadAsync(static (reader, query) => reader.Instances.Query(query), query, cancellationToken);
    }

    public Task<PurgeOutcome> PurgeInstanceAsync(string instanceId, CancellationToken cancellationToken) =>
        _file.WriteAsync(new PurgeInstance(instanceId), cancellationToken).AsTask();

    public Task<ReviveOutcome> ReviveInstanceAsync(Revival revival, CancellationToken cancellationToken) =>
        _file.WriteAsync(new ReviveInstance(revival), cancellationToken).AsTask();

    public Task<PurgeOutcome> PurgeIdleInstanceAsync(string instanceId, long version, CancellationToken cancellationToken) =>
        _file.WriteAsync(new PurgeInstance(instanceId, version), cancellationToken).AsTask();

    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadHistoryAsync(
        long instanceKey, long firstTurn, int maxTurns, CancellationToken cancellationToken) =>
        _file.ReadAsync(
            static (reader, page) => reader.ReadHistory(page.instanceKey, page.firstTurn, page.maxTurns),
            (instanceKey, firstTurn, maxTurns),
            cancellationToken);

    public Task<LeaseInstanceOutcome> LeaseInstanceAsync(
        string instanceId, long session, CancellationToken cancellationToken) =>
        _file.WriteAsync(new LeaseInstance(instanceId, session), cancellationToken).AsTask();

    public Task ReleaseInstanceAsync(string instanceId, long session, CancellationToken cancellationToken) =>
        _file.WriteAsync(new ReleaseInstance(instanceId, session), cancellationToken).AsTask();

    public Task<ReadyPage> ReadReadyInstancesAsync(ReadyRequest request, CancellationToken cancellationToken) =>
        _file.ReadAsync(
            static (reader, call) => reader.Ready.Read(call.request, call._sessions), (request, _sessions), cancellationToken);

    public Task<IReadOnlyList<StoredTimer>> ReadTimersAsync(
        long session, TimerKey after, DateTimeOffset until, int max, CancellationToken cancellationToken) =>
        _file.ReadAsync(
            static (reader, call) => reader.Timers.Read(call.session, call.after, call.until, call.max, call._sessions),
            (session, after, until, max, _sessions),
            cancellationToken);

    public ValueTask<CommitOutcome> CommitTurnAsync(TurnCommit commit, CancellationToken cancellationToken) =>
        _file.WriteAsync(new CommitTurn(commit), cancellationToken);

    public Task<IReadOnlyList<LeasedActivity>> LeaseActivitiesAsync(
        long session, ActivitySelection selection, int max, CancellationToken cancellationToken) =>
        _file.WriteAsync(new LeaseActivities(session, selection, max), cancellationToken).AsTask();

    public Task<IReadOnlyList<LeasedActivity>> ReadHeldActivitiesAsync(
        long session, long afterSequence, int max, CancellationToken cancellationToken) =>
        _file.ReadAsync(
            static (reader, call) => call._sessions.IsLive(call.session)
                ? reader.ReadHeld(call.session, call.afterSequence, call.max)
                : [],
            (session, afterSequence, max, _sessions),
            cancellationToken);

    public Task<CompleteActivityOutcome> CompleteActivityAsync(
        ActivityLease lease, ReadOnlyMemory<byte> completion, CancellationToken cancellationToken) =>
        _file.WriteAsync(new CompleteActivity(lease, completion), cancellationToken).AsTask();

    public Task<IReadOnlyList<WaitingActivities>> CountWaitingAsync(int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return _file.ReadAsync(static (reader, most) => reader.Backlog.Count(most), most, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _file.Dispose();
        return ValueTask.CompletedTask;
    }
}
