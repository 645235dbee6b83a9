using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Activities;
using FuncExec.Runtime.Postgres.Reading;
using FuncExec.Runtime.Postgres.Writing;
using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Writing;

namespace FuncExec.Runtime.Postgres;

/// <summary>A hub in one schema of a PostgreSQL database, for as many nodes as there are.</summary>
internal sealed class PostgresHub : IHub
{
    private readonly PostgresDatabase _database;
    private readonly GroupWriter<GroupedCall> _commits;
    private readonly GroupWriter<LeaseInstance> _leases;
    private readonly Sessions _sessions;
    private readonly InstanceQueries _instances;
    private readonly QueueDirectory _queues;
    private readonly ActivityLeases _activities;
    private readonly Removals _removals;

    internal PostgresHub(PostgresDatabase database)
    {
        _database = database;
        _commits = new GroupWriter<GroupedCall>(database, new CommitRunner(database).RunAsync, new GroupLimits());
        _leases = new GroupWriter<LeaseInstance>(database, new LeaseRunner(database).RunAsync, new GroupLimits(MostInGroup: 500));
        var statements = new Statements(database);
        _sessions = new Sessions(statements);
        _instances = new InstanceQueries(statements);
        _queues = new QueueDirectory(statements);
        _activities = new ActivityLeases(database, statements, _queues);
        _removals = new Removals(statements, _queues);
    }

    public string Description => _database.Description;

    public Task OpenAsync(CancellationToken cancellationToken) => _database.OpenAsync(cancellationToken);

    public Task<HubSession> OpenSessionAsync(string node, TimeSpan leaseTime, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(leaseTime, TimeSpan.Zero);
        return _sessions.OpenAsync(node, leaseTime, cancellationToken);
    }

    public Task<bool> RenewSessionAsync(long session, CancellationToken cancellationToken) => _sessions.RenewAsync(session, cancellationToken);

    public Task CloseSessionAsync(long session, CancellationToken cancellationToken) => _sessions.CloseAsync(session, cancellationToken);

    public Task<long> ReadLastSessionEndAsync(CancellationToken cancellationToken) => _sessions.ReadLastEndAsync(cancellationToken);

    public Task<CreateOutcome> CreateInstanceAsync(NewInstance instance, long? leaseTo, CancellationToken cancellationToken) =>
        _commits.SubmitAsync(new CreateInstance(instance, leaseTo), cancellationToken);

    public Task<SendOutcome> SendMessageAsync(OutgoingMessage message, CancellationToken cancellationToken) =>
        _commits.SubmitAsync(new SendMessage(message), cancellationToken);

    public Task<InstanceRecord?> FindInstanceAsync(string instanceId, CancellationToken cancellationToken) =>
        _instances.FindAsync(instanceId, cancellationToken);

    public Task<InstancePage> QueryInstancesAsync(InstanceQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1);
        return _instances.QueryAsync(query, cancellationToken);
    }

    public Task<PurgeOutcome> PurgeInstanceAsync(string instanceId, CancellationToken cancellationToken) =>
        _removals.PurgeAsync(instanceId, null, cancellationToken);

    public Task<ReviveOutcome> ReviveInstanceAsync(Revival revival, CancellationToken cancellationToken) =>
        _removals.ReviveAsync(revival, cancellationToken);

    public Task<PurgeOutcome> PurgeIdleInstanceAsync(string instanceId, long version, CancellationToken cancellationToken) =>
        _removals.PurgeAsync(instanceId, version, cancellationToken);

    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadHistoryAsync(
        long instanceKey, long firstTurn, int maxTurns, CancellationToken cancellationToken) =>
        _instances.ReadHistoryAsync(instanceKey, firstTurn, maxTurns, cancellationToken);

    public Task<LeaseInstanceOutcome> LeaseInstanceAsync(string instanceId, long session, CancellationToken cancellationToken) =>
        _leases.SubmitAsync(new LeaseInstance(instanceId, session), cancellationToken);

    public Task<ReadyPage> ReadReadyInstancesAsync(ReadyRequest request, CancellationToken cancellationToken) =>
        _instances.ReadReadyAsync(request, cancellationToken);

    public Task<IReadOnlyList<StoredTimer>> ReadTimersAsync(
        long session, TimerKey after, DateTimeOffset until, int max, CancellationToken cancellationToken) =>
        _instances.ReadTimersAsync(session, after, until, max, cancellationToken);

    public async ValueTask<CommitOutcome> CommitTurnAsync(TurnCommit commit, CancellationToken cancellationToken)
    {
        int[] queues = await _queues.FindAsync(commit.NewActivities, cancellationToken).ConfigureAwait(false);
        return await _commits.SubmitAsync(new CommitTurn(new PreparedTurn(commit, queues)), cancellationToken).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<LeasedActivity>> LeaseActivitiesAsync(
        long session, ActivitySelection selection, int max, CancellationToken cancellationToken) =>
        _activities.LeaseAsync(session, selection, max, cancellationToken);

    public Task<IReadOnlyList<LeasedActivity>> ReadHeldActivitiesAsync(
        long session, long afterSequence, int max, CancellationToken cancellationToken) =>
        _activities.ReadHeldAsync(session, afterSequence, max, cancellationToken);

    public Task<CompleteActivityOutcome> CompleteActivityAsync(
        ActivityLease lease, ReadOnlyMemory<byte> completion, CancellationToken cancellationToken) =>
        _commits.SubmitAsync(new CompleteActivity(lease, completion), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _commits.DisposeAsync().ConfigureAwait(false);
        await _leases.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
    }
}
