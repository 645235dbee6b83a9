namespace FuncExec.Ledger;

/// <summary>
/// What the app itself stores of jobs, tasks, attempts, events and nodes. HTTP functions and activities write it,
/// orchestrators never do. Every write is atomic, conditional and monotone: a terminal state never changes, a token only
/// grows, and what an answer said is durable. Times are the ledger's own clock.
/// </summary>
/// <remarks>
/// Expected outcomes are data. <see cref="LedgerUnavailableException"/> says that the store failed and that the outcome of
/// the call is unknown; every call may be repeated then. Lists go by an index, in pages of at most 500, and a cursor stays
/// right while rows arrive.
/// </remarks>
public interface IJobLedger : IAsyncDisposable
{
    /// <summary>What this ledger is and where, for logs: no secrets.</summary>
    string Description { get; }

    /// <summary>
    /// The time by which it stores and compares: of a ledger that several machines share, its own as far as this one knows it; else the
    /// machine's. It costs no call.
    /// </summary>
    DateTimeOffset Now { get; }

    /// <summary>Opens or creates the store and migrates its schema forward. Called once, before anything else.</summary>
    /// <exception cref="LedgerStartException">It cannot be used; the message says why and what to do.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    // ---- Jobs ----

    /// <summary>
    /// Accepts a job, unless its idempotency key is known or as many jobs as <paramref name="maxUnfinished"/> have not
    /// finished. Decided in one transaction; the bound does not hold for a job whose key is known. A job whose id is there
    /// is known too: the call may be repeated.
    /// </summary>
    /// <exception cref="ArgumentException">It is no job, or one of its id has been deleted.</exception>
    Task<CreateJobOutcome> CreateJobAsync(NewJob job, int maxUnfinished, CancellationToken cancellationToken);

    /// <summary>
    /// Takes over, for a job that was created as <see cref="JobState.Preparing"/>, the next tasks that succeeded in the job
    /// it reruns, at most <paramref name="limit"/>; when there are no more, the job becomes <see cref="JobState.Accepted"/>.
    /// Answers whether there are more. May be repeated from the start at any time. Each task taken over is an event, and what it
    /// had stored counts for this job too; its blobs are the caller's to copy. Of a job that is gone there are none.
    /// </summary>
    Task<bool> CopySucceededAsync(string jobId, int limit, CancellationToken cancellationToken);

    /// <summary>One job, or null when there is none (or it is being deleted).</summary>
    Task<JobRecord?> GetJobAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>The hash of the job's workspace; null when it has none, or is not there. Costs the same whatever the job's steps.</summary>
    Task<string?> GetWorkspaceAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>The document given with the job, or null when there is none. Also of a job that is being deleted, until it is gone.</summary>
    /// <exception cref="LedgerDamagedException">It is there and cannot be read any more; everything else of the job can.</exception>
    Task<byte[]?> GetDocumentAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>Whether a job of this id was there and has been deleted, or is being deleted; remembered for 30 days.</summary>
    Task<bool> IsDeletedAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>Jobs that can be seen, newest first. A page of jobs with very many steps may be shorter than asked for.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="after">The cursor of the page before, or null for the first.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<LedgerPage<JobRecord>> ListJobsAsync(JobFilter filter, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// The job's orchestration runs: an accepted job becomes <see cref="JobState.Started"/>. Idempotent. Answers the job as it
    /// is then, or null when there is none.
    /// </summary>
    Task<JobRecord?> BeginJobAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>Asks that a job end. The first asking stands; from then on no task of it is claimed.</summary>
    Task<StopJobOutcome> StopJobAsync(string jobId, StopKind kind, string? reason, CancellationToken cancellationToken);

    /// <summary>
    /// Holds a job (no task of it is claimed) or lets it go on. A change is <see cref="JobRecord.IsSuspensionUntold"/> until
    /// <see cref="ConfirmSuspensionAsync"/>.
    /// </summary>
    Task<SuspendJobOutcome> SetSuspendedAsync(string jobId, bool suspended, CancellationToken cancellationToken);

    /// <summary>The job's orchestrations have been told that it is held, or is not, and follow, if that is still so. Idempotent.</summary>
    Task ConfirmSuspensionAsync(string jobId, bool suspended, CancellationToken cancellationToken);

    /// <summary>
    /// All tasks of a step that have not begun become skipped, or cancelled. Idempotent; the first closing stands. Where all
    /// have begun, or the job has finished, nothing happens.
    /// </summary>
    /// <exception cref="ArgumentException">The job has no such step, or it cannot be closed so.</exception>
    Task CloseStepAsync(string jobId, int step, StepClosing closing, CancellationToken cancellationToken);

    /// <summary>
    /// Of a job that stops: its tasks that are neither running nor ended become cancelled, at most
    /// <paramref name="limit"/> rows a call, and so do running ones whose node is dead. Answers whether there are more. What
    /// living nodes run is left alone.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nobody asked the job to end.</exception>
    Task<bool> CancelWaitingAsync(string jobId, string error, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a job. No task of it may be running. The first end stands. Answers the job as it is then, or null when there
    /// is none.
    /// </summary>
    /// <exception cref="InvalidOperationException">A task of it is running.</exception>
    Task<JobRecord?> FinishJobAsync(string jobId, JobEnd end, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a finished (or preparing) job with all that belongs to it, at most <paramref name="limit"/> rows a call. From the
    /// first call on it cannot be seen any more; it is gone when <see cref="DeleteJobOutcome.Deleted"/> was answered.
    /// </summary>
    Task<DeleteJobOutcome> DeleteJobAsync(string jobId, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Jobs that someone has to look after, oldest first (those that have finished by their ends, the others by their
    /// beginnings), after the given id. When that job is gone altogether, the list begins anew.
    /// </summary>
    Task<IReadOnlyList<JobRecord>> ListForCareAsync(CareKind kind, DateTimeOffset before, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>How much there is.</summary>
    Task<LedgerTotals> GetTotalsAsync(CancellationToken cancellationToken);

    // ---- Tasks ----

    /// <summary>
    /// Claims an attempt of a task for a node, with a fresh token. A claim whose node is dead is taken over: that counts as
    /// a loss and uses up no attempt. What has ended is answered before anything else, also to a dead node. A loss too many,
    /// or one of a task that must not run twice, ends the task as failed, <c>Lost</c>; the dead node's token is old then.
    /// </summary>
    /// <exception cref="ArgumentException">The attempt is later than the one that is due.</exception>
    /// <exception cref="InvalidOperationException">The job is being prepared.</exception>
    Task<ClaimOutcome> ClaimAsync(TaskClaim claim, CancellationToken cancellationToken);

    /// <summary>
    /// Records how a claimed attempt ended, if its token still stands. Repeated, it answers what was recorded. The artifacts
    /// given take the place of those of the task's earlier attempts.
    /// </summary>
    /// <exception cref="ArgumentException">It is no end, or an artifact is not the task's.</exception>
    Task<EndAttemptOutcome> EndAttemptAsync(AttemptEnd end, CancellationToken cancellationToken);

    /// <summary>
    /// Gives a claim back, if its token still stands: the attempt is due again at once and nothing counts as a loss. For a node
    /// that stops and knows that nothing of the attempt runs any more. Idempotent.
    /// </summary>
    Task ReleaseAsync(TaskKey task, long token, CancellationToken cancellationToken);

    /// <summary>One task as it is, virtual first states included; null when the job or the index is not there.</summary>
    Task<TaskRecord?> GetTaskAsync(TaskKey task, CancellationToken cancellationToken);

    /// <summary>
    /// Tasks by step and index, virtual first states included. A page may be shorter than asked for although there is a
    /// next one: a call looks at a bounded number of rows.
    /// </summary>
    Task<LedgerPage<TaskRecord>> ListTasksAsync(string jobId, TaskFilter filter, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>The tasks of a job that run now, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<TaskRecord>> ListRunningAsync(string jobId, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// The attempts of a task, the latest claim of each, first to last; the last one is the task's own state (queued while the
    /// next is awaited). Empty before the first.
    /// </summary>
    Task<IReadOnlyList<TaskRecord>> ListAttemptsAsync(TaskKey task, CancellationToken cancellationToken);

    // ---- Artifacts ----

    /// <summary>The artifacts of a job by name.</summary>
    Task<LedgerPage<ArtifactRecord>> ListArtifactsAsync(string jobId, int? step, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>One artifact by its name, or null.</summary>
    Task<ArtifactRecord?> GetArtifactAsync(string jobId, string name, CancellationToken cancellationToken);

    // ---- Events ----

    /// <summary>The events of a job after a number, in order, without gap; at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<JobEvent>> ListEventsAsync(string jobId, long after, int limit, CancellationToken cancellationToken);

    // ---- Nodes ----

    /// <summary>
    /// A node's life begins; its id is new, also after a call that failed. It is dead when it has not renewed for
    /// <paramref name="lease"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The id is not new.</exception>
    Task BeginNodeAsync(NodeLife node, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Prolongs a node's life. False when it is dead: what it had claimed may be others' by now, and it never comes back.</summary>
    Task<bool> RenewNodeAsync(string nodeId, CancellationToken cancellationToken);

    /// <summary>Ends a node's life: what it had claimed is free at once. Idempotent.</summary>
    Task EndNodeAsync(string nodeId, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps what a living node tells of itself, at the latest with its next renewal. Answers whether it was asked to drain, which
    /// it hears at the latest with the report after its next renewal; false when it is dead.
    /// </summary>
    /// <exception cref="ArgumentException">The report is longer than 16,384 characters.</exception>
    Task<bool> ReportNodeAsync(string nodeId, string report, CancellationToken cancellationToken);

    /// <summary>Asks a node to take nothing new. False when none of this id lives. Idempotent.</summary>
    Task<bool> AskNodeToDrainAsync(string nodeId, CancellationToken cancellationToken);

    /// <summary>
    /// The lives that go on, and as far as the ledger remembers them those that were over within the last hour; the latest
    /// beginning first, at most 1,000.
    /// </summary>
    Task<IReadOnlyList<NodeRecord>> ListNodesAsync(CancellationToken cancellationToken);
}
