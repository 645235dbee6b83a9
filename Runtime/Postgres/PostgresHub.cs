using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Reading;
using FuncExec.Runtime.Postgres.Schema;
using FuncExec.Runtime.Postgres.Writing;
using FuncExec.Runtime.Postgres.Writing.Operations;
using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Values;
using FuncExec.Runtime.PostgresStore.Writing;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FuncExec.Runtime.Postgres;

/// <summary>A hub in a PostgreSQL schema, for any number of nodes.</summary>
internal sealed class PostgresHub : IHub
{
    private readonly PostgresDatabase _database;
    private readonly ActivityQueues _queues;
    private readonly GroupWriter<GroupedCall> _writer;

    // Takes rows that others want, and may wait for them: what it waits for must not wait behind it.
    private readonly GroupWriter<GroupedCall> _leaser;
    private readonly HubReader _reader;

    internal PostgresHub(string connectionString, string schema, TimeProvider time, ILoggerFactory loggerFactory)
    {
        _database = new PostgresDatabase(connectionString, schema, HubKind.Instance, time, loggerFactory);
        _queues = new ActivityQueues(_database);
        _writer = new GroupWriter<GroupedCall>(_database, RunAsync, new GroupLimits());
        _leaser = new GroupWriter<GroupedCall>(_database, RunAsync, new GroupLimits(Width: 2, MostInGroup: 1));
        _reader = new HubReader(_database);
    }

    public string Description => _database.Description;

    public Task OpenAsync(CancellationToken cancellationToken) => _database.OpenAsync(cancellationToken);

    public async Task<HubSession> OpenSessionAsync(string node, TimeSpan leaseTime, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(leaseTime, TimeSpan.Zero);
        long id = await _reader.ScalarAsync<long>(
            "SELECT open_session($1, $2)", cancellationToken, StoredValue.Of(node)!, (long)leaseTime.TotalMicroseconds).ConfigureAwait(false);
        return new HubSession(id, node, leaseTime, SingleNode: false);
    }

    public Task<bool> RenewSessionAsync(long session, CancellationToken cancellationToken) =>
        _reader.ScalarAsync<bool>("SELECT renew_session($1)", cancellationToken, session);

    public Task CloseSessionAsync(long session, CancellationToken cancellationToken) =>
        _reader.ExecuteAsync("UPDATE sessions SET expires_at = now_us() WHERE id = $1 AND expires_at > now_us()", cancellationToken, session);

    public Task<long> ReadLastSessionEndAsync(CancellationToken cancellationToken) => _reader.ScalarAsync<long>(
        "SELECT coalesce(max(expires_at), 0) FROM sessions WHERE expires_at <= now_us()", cancellationToken);

    public Task<CreateOutcome> CreateInstanceAsync(NewInstance instance, long? leaseTo, CancellationToken cancellationToken) =>
        _writer.SubmitAsync(new CreateInstance(instance, leaseTo), cancellationToken);

    public Task<SendOutcome> SendMessageAsync(OutgoingMessage message, CancellationToken cancellationToken) =>
        _writer.SubmitAsync(new SendMessage(message), cancellationToken);

    public Task<InstanceRecord?> FindInstanceAsync(string instanceId, CancellationToken cancellationToken) =>
        _reader.FindAsync(instanceId, cancellationToken);

    public Task<InstancePage> QueryInstancesAsync(InstanceQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1);
        return _reader.QueryAsync(query, cancellationToken);
    }

    public Task<PurgeOutcome> PurgeInstanceAsync(string instanceId, CancellationToken cancellationToken) =>
        _writer.SubmitAsync(new PurgeInstance(instanceId), cancellationToken);

    public async Task<ReviveOutcome> ReviveInstanceAsync(Revival revival, CancellationToken cancellationToken)
    {
        await EnsureQueuesAsync(revival.Activities, cancellationToken).ConfigureAwait(false);
        return await _writer.SubmitAsync(new ReviveInstance(revival, _queues), cancellationToken).ConfigureAwait(false);
    }

    public Task<PurgeOutcome> PurgeIdleInstanceAsync(string instanceId, long version, CancellationToken cancellationToken) =>
        _writer.SubmitAsync(new PurgeInstance(instanceId, version), cancellationToken);

    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadHistoryAsync(long instanceKey, long firstTurn, int maxTurns, CancellationToken cancellationToken) =>
        _reader.ReadHistoryAsync(instanceKey, firstTurn, maxTurns, cancellationToken);

    public Task<LeaseInstanceOutcome> LeaseInstanceAsync(string instanceId, long session, CancellationToken cancellationToken) =>
        _writer.SubmitAsync(new LeaseInstance(instanceId, session), cancellationToken);

    public Task<ReadyPage> ReadReadyInstancesAsync(ReadyRequest request, CancellationToken cancellationToken) =>
        _reader.ReadReadyAsync(request, cancellationToken);

    public Task<IReadOnlyList<StoredTimer>> ReadTimersAsync(long session, TimerKey after, DateTimeOffset until, int max, CancellationToken cancellationToken) =>
        _reader.ReadTimersAsync(session, after, until, max, cancellationToken);

    public async ValueTask<CommitOutcome> CommitTurnAsync(TurnCommit commit, CancellationToken cancellationToken)
    {
        await EnsureQueuesAsync(commit.NewActivities, cancellationToken).ConfigureAwait(false);
        try
        {
            return await _writer.SubmitAsync(new CommitTurn(commit, _queues), cancellationToken).ConfigureAwait(false);
        }
        catch (HubRejectedException exception) when (exception.InnerException is PostgresException { SqlState: CommitTurn.StaleInputCode } refusal)
        {
            return CommitTurn.ReadStale(refusal, commit);
        }
    }

    public async Task<IReadOnlyList<LeasedActivity>> LeaseActivitiesAsync(long session, ActivitySelection selection, int max, CancellationToken cancellationToken)
    {
        Guid[] queues = await _reader.GuardAsync(() => _queues.SelectAsync(selection, cancellationToken)).ConfigureAwait(false);
        return queues.Length == 0 ? [] : await _leaser.SubmitAsync(new LeaseActivities(session, queues, max), cancellationToken).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<LeasedActivity>> ReadHeldActivitiesAsync(long session, long afterSequence, int max, CancellationToken cancellationToken) =>
        _reader.ReadHeldAsync(session, afterSequence, max, cancellationToken);

    public async Task<CompleteActivityOutcome> CompleteActivityAsync(ActivityLease lease, ReadOnlyMemory<byte> completion, CancellationToken cancellationToken) =>
        (await _writer.SubmitAsync(new CompleteActivity(lease, completion), cancellationToken).ConfigureAwait(false)).Outcome;

    public async ValueTask DisposeAsync()
    {
        await _leaser.DisposeAsync().ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
    }

    private Task RunAsync(IReadOnlyList<GroupedCall> calls, CancellationToken cancellationToken) => CallGroups.RunAsync(_database, calls, cancellationToken);

    private ValueTask EnsureQueuesAsync(IReadOnlyList<NewActivity> activities, CancellationToken cancellationToken)
    {
        Task stored = _queues.EnsureAsync(activities, cancellationToken);
        return stored.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(_reader.GuardAsync(async () =>
        {
            await stored.ConfigureAwait(false);
            return true;
        }));
    }
}
