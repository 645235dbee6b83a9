namespace FuncExec.Runtime.Engine.Tests.Nodes;

/// <summary>
/// A hub whose node can be killed: from then on no call of that node is executed or answered, as after the death of its
/// process. What was asked before may still have happened.
/// </summary>
internal sealed class MortalHub(IHub inner, bool isShared = false) : IHub, IHubSignals, IHubBacklog
{
    private volatile bool _isDead;

    public string Description => inner.Description;

    /// <summary>Called after each turn that was committed, before the node learns of it.</summary>
    public Action? AfterCommit { get; set; }

    /// <summary>The session that was opened last.</summary>
    public long Session { get; private set; }

    public void Kill() => _isDead = true;

    /// <summary>A hub that others share is open already.</summary>
    public Task OpenAsync(CancellationToken cancellationToken) => isShared ? Task.CompletedTask : inner.OpenAsync(cancellationToken);

    public Task<IAsyncDisposable> ListenAsync(IHubListener listener, CancellationToken cancellationToken) =>
        ((IHubSignals)inner).ListenAsync(new MortalListener(this, listener), cancellationToken);

    public void TellLoad(NodeLoad load)
    {
        if (!_isDead)
        {
            ((IHubSignals)inner).TellLoad(load);
        }
    }

    public Task<IReadOnlyList<WaitingActivities>> CountWaitingAsync(int most, CancellationToken cancellationToken) =>
        CallAsync(() => ((IHubBacklog)inner).CountWaitingAsync(most, cancellationToken), cancellationToken);

    public Task<HubSession> OpenSessionAsync(string node, TimeSpan leaseTime, CancellationToken cancellationToken) =>
        CallAsync(
            async () =>
            {
                HubSession session = await inner.OpenSessionAsync(node, leaseTime, cancellationToken);
                Session = session.Id;
                return isShared ? session with { SingleNode = false } : session;
            },
            cancellationToken);

    public Task<bool> RenewSessionAsync(long session, CancellationToken cancellationToken) =>
        CallAsync(() => inner.RenewSessionAsync(session, cancellationToken), cancellationToken);

    /// <summary>A dead node closes nothing; its object is only being cleared away.</summary>
    public Task CloseSessionAsync(long session, CancellationToken cancellationToken) =>
        _isDead ? Task.CompletedTask : inner.CloseSessionAsync(session, cancellationToken);

    public Task<long> ReadLastSessionEndAsync(CancellationToken cancellationToken) =>
        CallAsync(() => inner.ReadLastSessionEndAsync(cancellationToken), cancellationToken);

    public Task<CreateOutcome> CreateInstanceAsync(NewInstance instance, long? leaseTo, CancellationToken cancellationToken) =>
        CallAsync(() => inner.CreateInstanceAsync(instance, leaseTo, cancellationToken), cancellationToken);

    public Task<SendOutcome> SendMessageAsync(OutgoingMessage message, CancellationToken cancellationToken) =>
        CallAsync(() => inner.SendMessageAsync(message, cancellationToken), cancellationToken);

    public Task<InstanceRecord?> FindInstanceAsync(string instanceId, CancellationToken cancellationToken) =>
        CallAsync(() => inner.FindInstanceAsync(instanceId, cancellationToken), cancellationToken);

    public Task<InstancePage> QueryInstancesAsync(InstanceQuery query, CancellationToken cancellationToken) =>
        CallAsync(() => inner.QueryInstancesAsync(query, cancellationToken), cancellationToken);

    public Task<PurgeOutcome> PurgeInstanceAsync(string instanceId, CancellationToken cancellationToken) =>
        CallAsync(() => inner.PurgeInstanceAsync(instanceId, cancellationToken), cancellationToken);

    public Task<ReviveOutcome> ReviveInstanceAsync(Revival revival, CancellationToken cancellationToken) =>
        CallAsync(() => inner.ReviveInstanceAsync(revival, cancellationToken), cancellationToken);

    public Task<PurgeOutcome> PurgeIdleInstanceAsync(string instanceId, long version, CancellationToken cancellationToken) =>
        CallAsync(() => inner.PurgeIdleInstanceAsync(instanceId, version, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadHistoryAsync(
        long instanceKey, long firstTurn, int maxTurns, CancellationToken cancellationToken) =>
        CallAsync(() => inner.ReadHistoryAsync(instanceKey, firstTurn, maxTurns, cancellationToken), cancellationToken);

    public Task<LeaseInstanceOutcome> LeaseInstanceAsync(string instanceId, long session, CancellationToken cancellationToken) =>
        CallAsync(() => inner.LeaseInstanceAsync(instanceId, session, cancellationToken), cancellationToken);

    public Task ReleaseInstanceAsync(string instanceId, long session, CancellationToken cancellationToken) => CallAsync(
        async () =>
        {
            await inner.ReleaseInstanceAsync(instanceId, session, cancellationToken);
            return true;
        },
        cancellationToken);

    public Task<ReadyPage> ReadReadyInstancesAsync(ReadyRequest request, CancellationToken cancellationToken) =>
        CallAsync(() => inner.ReadReadyInstancesAsync(request, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<StoredTimer>> ReadTimersAsync(
        long session, TimerKey after, DateTimeOffset until, int max, CancellationToken cancellationToken) =>
        CallAsync(() => inner.ReadTimersAsync(session, after, until, max, cancellationToken), cancellationToken);

    public ValueTask<CommitOutcome> CommitTurnAsync(TurnCommit commit, CancellationToken cancellationToken) =>
        new(CallAsync(
            async () =>
            {
                CommitOutcome outcome = await inner.CommitTurnAsync(commit, cancellationToken);
                if (!_isDead)
                {
                    AfterCommit?.Invoke(); // Of two commits on their way at the death, the later one kills no more.
                }

                return outcome;
            },
            cancellationToken));

    public Task<IReadOnlyList<LeasedActivity>> LeaseActivitiesAsync(
        long session, ActivitySelection selection, int max, CancellationToken cancellationToken) =>
        CallAsync(() => inner.LeaseActivitiesAsync(session, selection, max, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<LeasedActivity>> ReadHeldActivitiesAsync(
        long session, long afterSequence, int max, CancellationToken cancellationToken) =>
        CallAsync(() => inner.ReadHeldActivitiesAsync(session, afterSequence, max, cancellationToken), cancellationToken);

    public Task<CompleteActivityOutcome> CompleteActivityAsync(
        ActivityLease lease, ReadOnlyMemory<byte> completion, CancellationToken cancellationToken) =>
        CallAsync(() => inner.CompleteActivityAsync(lease, completion, cancellationToken), cancellationToken);

    public ValueTask DisposeAsync() => isShared ? ValueTask.CompletedTask : inner.DisposeAsync();

    private async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        if (!_isDead)
        {
            T answer = await call();
            if (!_isDead)
            {
                return answer;
            }
        }

        return await new TaskCompletionSource<T>().Task.WaitAsync(cancellationToken);
    }

    /// <summary>A dead node hears nothing.</summary>
    private sealed class MortalListener(MortalHub hub, IHubListener inner) : IHubListener
    {
        public long Session => inner.Session;

        public void InstanceReady(string instanceId, long owner) => Tell(() => inner.InstanceReady(instanceId, owner));

        public void ActivitiesWaiting(string name, LabelSet runsOn) => Tell(() => inner.ActivitiesWaiting(name, runsOn));

        public void InstanceChanged(string instanceId) => Tell(() => inner.InstanceChanged(instanceId));

        public void LoadChanged(NodeLoad load) => Tell(() => inner.LoadChanged(load));

        public void SessionClosed() => Tell(inner.SessionClosed);

        public void Gap() => Tell(inner.Gap);

        private void Tell(Action tell)
        {
            if (!hub._isDead)
            {
                tell();
            }
        }
    }
}
