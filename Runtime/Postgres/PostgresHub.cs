using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Activities;
using FuncExec.Runtime.Postgres.Reading;
using FuncExec.Runtime.Postgres.Shared;
using FuncExec.Runtime.Postgres.Signals;
using FuncExec.Runtime.Postgres.Writing;
using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Writing;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Postgres;

/// <summary>A hub in one schema of a PostgreSQL database, for as many nodes as there are.</summary>
internal sealed class PostgresHub : IHub, IHubBacklog, IHubClock, IHubSignals, IHubSecrets, ITimerJournal
{
    private readonly PostgresDatabase _database;
    private readonly GroupWriter<GroupedCall> _commits;
    private readonly GroupWriter<LeaseInstance> _leases;
    private readonly Sessions _sessions;
    private readonly InstanceQueries _instances;
    private readonly QueueDirectory _queues;
    private readonly ActivityLeases _activities;
    private readonly Backlog _backlog;
    private readonly Removals _removals;
    private readonly HubSecrets _secrets;
    private readonly TimerJournal _timers;
    private readonly HubSignals _signals;

    internal PostgresHub(PostgresDatabase database, TimeProvider time, ILogger logger)
    {
        _database = database;
        _commits = new GroupWriter<GroupedCall>(database, new CommitRunner(database).RunAsync, new GroupLimits());
        _leases = new GroupWriter<LeaseInstance>(database, new LeaseRunner(database).RunAsync, new GroupLimits(MostInGroup: 500));
        var statements = new Statements(database);
        _sessions = new Sessions(new Statements(database, isBounded: false), database.Clock);
        _instances = new InstanceQueries(statements);
        _queues = new QueueDirectory(statements);
        _activities = new ActivityLeases(database, statements, _queues);
        _backlog = new Backlog(statements);
        _removals = new Removals(statements, _queues);
        _secrets = new HubSecrets(statements);
        _timers = new TimerJournal(statements);
        _signals = new HubSignals(database, time, logger);
    }

    public string Description => _database.Description;

    public DateTimeOffset Now => _database.Clock.Now;

    public Task OpenAsync(CancellationToken cancellationToken) => _database.OpenAsync(cancellationToken);

    public Task<HubSession> OpenSessionAsync(string node, TimeSpan leaseTime, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(leaseTime, TimeSpan.Zero);
        return _sessions.OpenAsync(node, leaseTime, cancellationToken);
    }

    public Task<bool> RenewSessionAsync(long session, CancellationToken cancellationToken) => _sessions.RenewAsync(session, cancellationToken);

    public async Task CloseSessionAsync(long session, CancellationToken cancellationToken)
    {
        await _sessions.CloseAsync(session, cancellationToken).ConfigureAwait(false);
        _signals.Tell(session, Signal.SessionClosed);
    }

    public Task<long> ReadLastSessionEndAsync(CancellationToken cancellationToken) => _sessions.ReadLastEndAsync(cancellationToken);

    public async Task<CreateOutcome> CreateInstanceAsync(NewInstance instance, long? leaseTo, CancellationToken cancellationToken)
    {
        CreateOutcome outcome = await _commits.SubmitAsync(new CreateInstance(instance, leaseTo), cancellationToken).ConfigureAwait(false);
        if (outcome is CreateOutcome.Created { Lease: null })
        {
            _signals.Tell(0, Signal.InstanceReady(instance.InstanceId, 0));
        }

        return outcome;
    }

    public async Task<SendOutcome> SendMessageAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        SendOutcome outcome = await _commits.SubmitAsync(new SendMessage(message), cancellationToken).ConfigureAwait(false);
        if (outcome is SendOutcome.Stored stored)
        {
            _signals.Tell(0, Signal.InstanceReady(message.InstanceId, stored.OwnerSession ?? 0));
        }

        return outcome;
    }

    public Task<InstanceRecord?> FindInstanceAsync(string instanceId, CancellationToken cancellationToken) =>
        _instances.FindAsync(instanceId, cancellationToken);

    public Task<InstancePage> QueryInstancesAsync(InstanceQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1);
        return _instances.QueryAsync(query, cancellationToken);
    }

    public Task<PurgeOutcome> PurgeInstanceAsync(string instanceId, CancellationToken cancellationToken) =>
        PurgeAsync(instanceId, null, cancellationToken);

    public async Task<ReviveOutcome> ReviveInstanceAsync(Revival revival, CancellationToken cancellationToken)
    {
        if (await _removals.ReviveAsync(revival, cancellationToken).ConfigureAwait(false) is not { } id)
        {
            return ReviveOutcome.Changed;
        }

        _signals.Tell(0, Signal.InstanceReady(id, 0));
        _signals.Tell(0, Signal.InstanceChanged(id));
        _signals.TellWaiting(0, revival.Activities);
        return ReviveOutcome.Revived;
    }

    public Task<PurgeOutcome> PurgeIdleInstanceAsync(string instanceId, long version, CancellationToken cancellationToken) =>
        PurgeAsync(instanceId, version, cancellationToken);

    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadHistoryAsync(
        long instanceKey, long firstTurn, int maxTurns, CancellationToken cancellationToken) =>
        _instances.ReadHistoryAsync(instanceKey, firstTurn, maxTurns, cancellationToken);

    public async Task<LeaseInstanceOutcome> LeaseInstanceAsync(string instanceId, long session, CancellationToken cancellationToken)
    {
        LeaseInstanceOutcome outcome = await _leases.SubmitAsync(new LeaseInstance(instanceId, session), cancellationToken).ConfigureAwait(false);
        if (outcome is LeaseInstanceOutcome.HeldBy { Session: not 0 and var owner })
        {
            // Whoever asks had something for it, stored before its holder took it, and perhaps after that one had read.
            _signals.Tell(session, Signal.InstanceReady(instanceId, owner));
        }

        return outcome;
    }

    public async Task ReleaseInstanceAsync(string instanceId, long session, CancellationToken cancellationToken)
    {
        if (await _removals.ReleaseAsync(instanceId, session, cancellationToken).ConfigureAwait(false))
        {
            _signals.Tell(session, Signal.InstanceReady(instanceId, 0));
        }
    }

    public Task<ReadyPage> ReadReadyInstancesAsync(ReadyRequest request, CancellationToken cancellationToken) =>
        _instances.ReadReadyAsync(request, cancellationToken);

    public Task<IReadOnlyList<StoredTimer>> ReadTimersAsync(
        long session, TimerKey after, DateTimeOffset until, int max, CancellationToken cancellationToken) =>
        _instances.ReadTimersAsync(session, after, until, max, cancellationToken);

    public async ValueTask<CommitOutcome> CommitTurnAsync(TurnCommit commit, CancellationToken cancellationToken)
    {
        int[] queues = await _queues.FindAsync(commit.NewActivities, cancellationToken).ConfigureAwait(false);
        CommitOutcome outcome = await _commits.SubmitAsync(new CommitTurn(new PreparedTurn(commit, queues)), cancellationToken).ConfigureAwait(false);
        if (outcome is CommitOutcome.Committed committed)
        {
            _signals.TellTurn(commit, committed);
        }

        return outcome;
    }

    public Task<IReadOnlyList<LeasedActivity>> LeaseActivitiesAsync(
        long session, ActivitySelection selection, int max, CancellationToken cancellationToken) =>
        _activities.LeaseAsync(session, selection, max, cancellationToken);

    public Task<IReadOnlyList<LeasedActivity>> ReadHeldActivitiesAsync(
        long session, long afterSequence, int max, CancellationToken cancellationToken) =>
        _activities.ReadHeldAsync(session, afterSequence, max, cancellationToken);

    public async Task<CompleteActivityOutcome> CompleteActivityAsync(
        ActivityLease lease, ReadOnlyMemory<byte> completion, CancellationToken cancellationToken)
    {
        var call = new CompleteActivity(lease, completion);
        CompleteActivityOutcome outcome = await _commits.SubmitAsync(call, cancellationToken).ConfigureAwait(false);
        if (outcome is CompleteActivityOutcome.Recorded { Receipt.Delivery: not Delivery.Dropped } recorded && call.InstanceId is { } target)
        {
            _signals.Tell(call.Session, Signal.InstanceReady(target, recorded.Receipt.Owner));
        }

        return outcome;
    }

    public Task<IReadOnlyList<WaitingActivities>> CountWaitingAsync(int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return _backlog.CountAsync(most, cancellationToken);
    }

    public void TellLoad(NodeLoad load)
    {
        if (Signal.LoadChanged(load) is { } signal)
        {
            _signals.Tell(load.Session, signal);
        }
    }

    public Task<IAsyncDisposable> ListenAsync(IHubListener listener, CancellationToken cancellationToken) =>
        _signals.ListenAsync(listener, cancellationToken);

    public Task<string> GetOrAddSecretAsync(string name, string value, CancellationToken cancellationToken) =>
        _secrets.GetOrAddAsync(name, value, cancellationToken);

    public Task SetSecretAsync(string name, string value, CancellationToken cancellationToken) => _secrets.SetAsync(name, value, cancellationToken);

    public Task<TimerRecord?> ReadAsync(string timer, CancellationToken cancellationToken) => _timers.ReadAsync(timer, cancellationToken);

    public Task<bool> TryTakeAsync(string timer, DateTimeOffset occurrence, CancellationToken cancellationToken) =>
        _timers.TryTakeAsync(timer, occurrence, cancellationToken);

    public Task WriteAsync(string timer, TimerRecord record, CancellationToken cancellationToken) => _timers.WriteAsync(timer, record, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _commits.DisposeAsync().ConfigureAwait(false);
        await _leases.DisposeAsync().ConfigureAwait(false);
        await _signals.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<PurgeOutcome> PurgeAsync(string instanceId, long? idleVersion, CancellationToken cancellationToken)
    {
        PurgeOutcome outcome = await _removals.PurgeAsync(instanceId, idleVersion, cancellationToken).ConfigureAwait(false);
        if (outcome == PurgeOutcome.Purged)
        {
            _signals.Tell(0, Signal.InstanceChanged(instanceId));
        }

        return outcome;
    }
}
