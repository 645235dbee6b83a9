namespace FuncExec.Runtime.Hubs;

/// <summary>
/// Where instances are stored. The engine above it is the same for every hub; a hub knows nothing of
/// orchestrations: histories, messages and inputs are opaque bytes and text to it.
/// </summary>
/// <remarks>
/// <para>Every call is atomic and, once it has answered, durable: no answer precedes the sync of its commit.
/// Calls may be made concurrently; a hub groups what arrives during a commit into the next one.</para>
/// <para>Expected outcomes are data. <see cref="HubUnavailableException"/> says that the store failed and that
/// the outcome of the call is <em>unknown</em>; the engine then reads what is true and goes on from there.</para>
/// </remarks>
public interface IHub : IAsyncDisposable
{
    /// <summary>What this hub is and where, for logs: no secrets.</summary>
    string Description { get; }

    /// <summary>Opens (or creates) the store and migrates its schema forward. Called once, before anything else.</summary>
    /// <exception cref="HubStartException">The store cannot be used; the message says why and what to do.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    // ---- Sessions: a node's right to hold leases, kept by heartbeat. ----

    /// <summary>Begins a session. Its id is larger than that of every earlier session of this hub.</summary>
    Task<HubSession> OpenSessionAsync(string node, TimeSpan leaseTime, CancellationToken cancellationToken);

    /// <summary>
    /// Prolongs the session by its lease time. False when it had already expired or was closed: what it held may be
    /// others' by now, and the session never comes back.
    /// </summary>
    Task<bool> RenewSessionAsync(long session, CancellationToken cancellationToken);

    /// <summary>Ends the session and gives back every lease it held, at once. Idempotent.</summary>
    Task CloseSessionAsync(long session, CancellationToken cancellationToken);

    /// <summary>
    /// A number that changes whenever a session of this hub was closed or has expired: then what it held is free. It may change
    /// for other reasons too. Asked for by every node every second, so it costs next to nothing.
    /// </summary>
    Task<long> ReadLastSessionEndAsync(CancellationToken cancellationToken);

    // ---- What clients do. ----

    /// <summary>
    /// Creates an instance, unless its id is in use. Decided inside the transaction: an id is in use while its
    /// instance is pending, running or suspended, or has finished in one of <see cref="NewInstance.KeptStatuses"/>; another
    /// finished one is overwritten with all that belonged to it.
    /// </summary>
    Task<CreateOutcome> CreateInstanceAsync(NewInstance instance, long? leaseTo, CancellationToken cancellationToken);

    /// <summary>Puts a message into an instance's inbox.</summary>
    Task<SendOutcome> SendMessageAsync(OutgoingMessage message, CancellationToken cancellationToken);

    /// <summary>Reads one instance, or null when there is none.</summary>
    Task<InstanceRecord?> FindInstanceAsync(string instanceId, CancellationToken cancellationToken);

    /// <summary>Lists instances in the order of their creation, a page at a time; the cursor stays right while rows come and go.</summary>
    Task<InstancePage> QueryInstancesAsync(InstanceQuery query, CancellationToken cancellationToken);

    /// <summary>Deletes a finished instance with all that belongs to it.</summary>
    Task<PurgeOutcome> PurgeInstanceAsync(string instanceId, CancellationToken cancellationToken);

    /// <summary>Lets a finished instance go on, with a mended history, unless it has changed since that was made.</summary>
    Task<ReviveOutcome> ReviveInstanceAsync(Revival revival, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes an unfinished instance with all that belongs to it, if its version is still that, it has no timer and no unread
    /// message: how an entity without a state goes. <see cref="PurgeOutcome.NotFinished"/> when any of it does not hold.
    /// </summary>
    Task<PurgeOutcome> PurgeIdleInstanceAsync(string instanceId, long version, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the turns of an instance's present generation in order, from <paramref name="firstTurn"/> on, a page
    /// at a time: at most <paramref name="maxTurns"/> turns. Empty past the end. A turn that replaced the history has the
    /// number that it would have had without (its version less one).
    /// </summary>
    Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadHistoryAsync(
        long instanceKey, long firstTurn, int maxTurns, CancellationToken cancellationToken);

    // ---- What the engine does. ----

    /// <summary>
    /// Leases one instance to the session: when no live session holds it, the lease is granted with a token larger
    /// than any before; when this session holds it already, the same lease is answered again. Answers what a node
    /// needs to rebuild the instance.
    /// </summary>
    Task<LeaseInstanceOutcome> LeaseInstanceAsync(string instanceId, long session, CancellationToken cancellationToken);

    /// <summary>
    /// Gives an instance back that the session holds: nobody holds it then, and the other sessions are told that it is ready. What
    /// the session does not hold stays as it is.
    /// </summary>
    Task ReleaseInstanceAsync(string instanceId, long session, CancellationToken cancellationToken);

    /// <summary>
    /// The instances with something to do (pending without a <see cref="NewInstance.StartAt"/>, begun anew, or with an unread message) that no other live session
    /// holds: unleased ones, those of dead sessions, and the session's own. In the order of their keys, after
    /// <paramref name="request"/>'s cursor.
    /// </summary>
    Task<ReadyPage> ReadReadyInstancesAsync(ReadyRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Timers of instances that no other live session holds, in the order of <see cref="TimerKey"/>, strictly after
    /// <paramref name="after"/>, due at or before <paramref name="until"/>, at most <paramref name="max"/>.
    /// </summary>
    Task<IReadOnlyList<StoredTimer>> ReadTimersAsync(
        long session, TimerKey after, DateTimeOffset until, int max, CancellationToken cancellationToken);

    /// <summary>Commits one turn: all of it or nothing.</summary>
    ValueTask<CommitOutcome> CommitTurnAsync(TurnCommit commit, CancellationToken cancellationToken);

    /// <summary>
    /// Leases activities of a selection that no live session holds, by <see cref="ActivityPriority.RankOf"/> and of one rank the
    /// oldest first; the hub's clock says when they were scheduled. Those of instances that are gone or were terminated are
    /// removed instead. Each gets a token larger than any it had. Fewer than <paramref name="max"/> mean that there are no more. The cost is that of the answer: whatever waits outside
    /// of the selection is neither leased nor gone over.
    /// </summary>
    Task<IReadOnlyList<LeasedActivity>> LeaseActivitiesAsync(
        long session, ActivitySelection selection, int max, CancellationToken cancellationToken);

    /// <summary>
    /// The activities that this session holds, by sequence after <paramref name="afterSequence"/>, at most
    /// <paramref name="max"/>: how a node finds what was granted to it in a commit whose answer it never saw.
    /// </summary>
    Task<IReadOnlyList<LeasedActivity>> ReadHeldActivitiesAsync(
        long session, long afterSequence, int max, CancellationToken cancellationToken);

    /// <summary>
    /// Stores an activity's completion as a message to its instance and removes the activity, if the lease still
    /// stands. The way taken when the instance is not live on the node that ran the activity; where it is, the
    /// completion travels in the turn's own commit (<see cref="TurnCommit.CompletedActivities"/>).
    /// </summary>
    Task<CompleteActivityOutcome> CompleteActivityAsync(
        ActivityLease lease, ReadOnlyMemory<byte> completion, CancellationToken cancellationToken);
}
