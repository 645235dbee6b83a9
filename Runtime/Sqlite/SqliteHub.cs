using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Sqlite.Files;
using FuncExec.Runtime.Sqlite.Native;
using FuncExec.Runtime.Sqlite.Reading;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.Sqlite.Writing;
using FuncExec.Runtime.Sqlite.Writing.Operations;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Sqlite;

/// <summary>
/// A hub in one SQLite file. Writes go through the queue of the one writing connection; reads use connections of
/// their own and see every commit that was answered before.
/// </summary>
internal sealed class SqliteHub : IHub
{
    private readonly string _directory;
    private readonly string _path;
    private readonly ILogger _logger;
    private readonly Sessions _sessions;
    private readonly LogGate _gate = new();
    private readonly ReaderPool _readers;
    private DirectoryLock? _lock;
    private Store? _store;
    private WriteQueue? _queue;

    internal SqliteHub(string directory, string name, TimeProvider time, ILogger logger)
    {
        _directory = Path.GetFullPath(directory);
        _path = Path.Combine(_directory, name.ToLowerInvariant() + ".db");
        _logger = logger;
        _sessions = new Sessions(time);
        _readers = new ReaderPool(_path, _gate);
    }

    public string Description => $"SQLite, {_path}";

    private WriteQueue Queue => _queue ?? throw new InvalidOperationException("The hub is not open.");

    public Task OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_queue is not null)
        {
            throw new InvalidOperationException("The hub is open already.");
        }

        _lock = DirectoryLock.Take(_directory);
        try
        {
            Connection connection = DatabaseFile.OpenWriter(_path);
            try
            {
                _store = new Store(connection, _sessions, _gate);
            }
            catch (SqliteException e)
            {
                connection.Dispose();
                throw new HubStartException(FailureText.Of(e, _path), e);
            }
        }
        catch
        {
            _lock.Dispose();
            throw;
        }

        _queue = new WriteQueue(new BatchRunner(_store, _path), new LogKeeper(_store, _readers, _logger));
        return Task.CompletedTask;
    }

    public Task<HubSession> OpenSessionAsync(string node, TimeSpan leaseTime, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(leaseTime, TimeSpan.Zero);
        return Queue.SubmitAsync(new OpenSession(node, leaseTime), cancellationToken).AsTask();
    }

    public Task<bool> RenewSessionAsync(long session, CancellationToken cancellationToken) =>
        Task.FromResult(_sessions.Renew(session));

    public Task CloseSessionAsync(long session, CancellationToken cancellationToken)
    {
        _sessions.End(session);
        return Task.CompletedTask;
    }

    public Task<CreateOutcome> CreateInstanceAsync(
        NewInstance instance, long? leaseTo, CancellationToken cancellationToken) =>
        Queue.SubmitAsync(new CreateInstance(instance, leaseTo), cancellationToken).AsTask();

    public Task<SendOutcome> SendMessageAsync(OutgoingMessage message, CancellationToken cancellationToken) =>
        Queue.SubmitAsync(new SendMessage(message), cancellationToken).AsTask();

    public Task<InstanceRecord?> FindInstanceAsync(string instanceId, CancellationToken cancellationToken) =>
        _readers.ReadAsync(static (reader, id) => reader.Find(id), StoredText.Of(instanceId), cancellationToken);

    public Task<InstancePage> QueryInstancesAsync(InstanceQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1);
        return _readers.ReadAsync(static (reader, query) => reader.Instances.Query(query), query, cancellationToken);
    }

    public Task<PurgeOutcome> PurgeInstanceAsync(string instanceId, CancellationToken cancellationToken) =>
        Queue.SubmitAsync(new PurgeInstance(instanceId), cancellationToken).AsTask();

    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadHistoryAsync(
        long instanceKey, long firstTurn, int maxTurns, CancellationToken cancellationToken) =>
        _readers.ReadAsync(
            static (reader, page) => reader.ReadHistory(page.instanceKey, page.firstTurn, page.maxTurns),
            (instanceKey, firstTurn, maxTurns),
            cancellationToken);

    public Task<LeaseInstanceOutcome> LeaseInstanceAsync(
        string instanceId, long session, CancellationToken cancellationToken) =>
        Queue.SubmitAsync(new LeaseInstance(instanceId, session), cancellationToken).AsTask();

    public Task<ReadyPage> ReadReadyInstancesAsync(ReadyRequest request, CancellationToken cancellationToken) =>
        _readers.ReadAsync(
            static (reader, call) => reader.Ready.Read(call.request, call._sessions), (request, _sessions), cancellationToken);

    public Task<IReadOnlyList<StoredTimer>> ReadTimersAsync(
        long session, TimerKey after, DateTimeOffset until, int max, CancellationToken cancellationToken) =>
        _readers.ReadAsync(
            static (reader, call) => reader.Timers.Read(call.session, call.after, call.until, call.max, call._sessions),
            (session, after, until, max, _sessions),
            cancellationToken);

    public ValueTask<CommitOutcome> CommitTurnAsync(TurnCommit commit, CancellationToken cancellationToken) =>
        Queue.SubmitAsync(new CommitTurn(commit), cancellationToken);

    public Task<IReadOnlyList<LeasedActivity>> LeaseActivitiesAsync(
        long session, ActivitySelection selection, int max, CancellationToken cancellationToken) =>
        Queue.SubmitAsync(new LeaseActivities(session, selection, max), cancellationToken).AsTask();

    public Task<IReadOnlyList<LeasedActivity>> ReadHeldActivitiesAsync(
        long session, long afterSequence, int max, CancellationToken cancellationToken) =>
        _readers.ReadAsync(
            static (reader, call) => call._sessions.IsLive(call.session)
                ? reader.ReadHeld(call.session, call.afterSequence, call.max)
                : [],
            (session, afterSequence, max, _sessions),
            cancellationToken);

    public Task<CompleteActivityOutcome> CompleteActivityAsync(
        ActivityLease lease, ReadOnlyMemory<byte> completion, CancellationToken cancellationToken) =>
        Queue.SubmitAsync(new CompleteActivity(lease, completion), cancellationToken).AsTask();

    public ValueTask DisposeAsync()
    {
        _queue?.Dispose();
        _readers.Dispose();

        // The last connection to close copies the log into the file and deletes it.
        _store?.Dispose();
        _lock?.Dispose();
        return ValueTask.CompletedTask;
    }
}
