using FuncExec.Ledger.Postgres.Reading;
using FuncExec.Ledger.Postgres.Values;
using FuncExec.Ledger.Postgres.Writing;
using FuncExec.Ledger.Values;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Ledger.Postgres;

/// <summary>Jobs.</summary>
public sealed partial class PostgresJobLedger
{
    private const char JobList = 'j';

    /// <summary>A page holds no more steps than this, or one job.</summary>
    private const int MostSteps = 20_000;

    /// <summary>How long it is remembered that a job was there.</summary>
    private static readonly TimeSpan s_remembered = TimeSpan.FromDays(30);

    /// <inheritdoc/>
    public async Task<CreateJobOutcome> CreateJobAsync(NewJob job, int maxUnfinished, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckNew(job);
        byte[]? document = job.Document is { } plain ? Packed.Of(plain.Span) : null;
        LedgerCall<(int Code, string? Known, JobRecord? Job)> call = new(
            job.Id,
            () =>
            [
                new NpgsqlBatchCommand("SELECT * FROM ledger_create_job($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
                    .Text(job.Id).Text(job.Name).Text(job.RerunOf).Text(job.Workspace).Long(job.StoredBytes)
                    .Text(job.Idempotency?.Principal).Text(job.Idempotency?.Key).Text(job.Idempotency?.BodyHash)
                    .Texts(job.Steps.Select(static step => step.Name)).Array(job.Steps.Select(static step => step.Tasks), NpgsqlDbType.Integer)
                    .Bytes(document).Long(maxUnfinished),
                new NpgsqlBatchCommand(JobRows.Find).Text(job.Id),
            ],
            async (reader, token) =>
            {
                await reader.RowAsync(token).ConfigureAwait(false);
                (int code, string? known) = (reader.GetInt32(0), reader.TextOrNull(1));
                await reader.NextAsync(token).ConfigureAwait(false);
                return ((code, known, await JobRows.ReadOneAsync(reader, token).ConfigureAwait(false)), code == 1);
            })
        {
            Bytes = 1_024 + (document?.Length ?? 0) + (job.Steps.Count * 64L),
            MayCreate = job.Idempotency is { } request ? [job.Id, $"{request.Principal}\n{request.Key}"] : [job.Id],
        };
        (int code, string? known, JobRecord? stored) = await _writer.RunAsync(call, cancellationToken).ConfigureAwait(false);
        return code switch
        {
            1 => new CreateJobOutcome.Created(stored!),
            2 => known == job.Id && stored is not null
                ? new CreateJobOutcome.Known(stored)
                : await GetJobAsync(known!, cancellationToken).ConfigureAwait(false) is { } found
                    ? new CreateJobOutcome.Known(found)
                    : await CreateJobAsync(job, maxUnfinished, cancellationToken).ConfigureAwait(false), // It has been deleted meanwhile.
            3 => new CreateJobOutcome.KeyInUse(),
            _ => new CreateJobOutcome.TooMany(),
        };
    }

    /// <inheritdoc/>
    public Task<bool> CopySucceededAsync(string jobId, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return RunAsync(
            jobId, new NpgsqlBatchCommand("SELECT ledger_copy_succeeded($1, $2)").Text(jobId).Int(limit), static row => (row.GetBoolean(0), true), cancellationToken, limit * 512L);
    }

    /// <inheritdoc/>
    public async Task<JobRecord?> GetJobAsync(string jobId, CancellationToken cancellationToken) =>
        JobRows.Gather(await _reader.ListAsync(new NpgsqlBatchCommand(JobRows.Find).Text(jobId), JobRows.Read, cancellationToken).ConfigureAwait(false)).FirstOrDefault();

    /// <inheritdoc/>
    public Task<string?> GetWorkspaceAsync(string jobId, CancellationToken cancellationToken) => _reader.FindAsync(
        new NpgsqlBatchCommand("SELECT workspace FROM ledger_jobs WHERE id = $1 AND state <> 5").Text(jobId), static row => row.TextOrNull(0), cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> GetDocumentAsync(string jobId, CancellationToken cancellationToken) => _reader.FindAsync(
        new NpgsqlBatchCommand("SELECT d.data FROM ledger_jobs j JOIN ledger_documents d ON d.job = j.key WHERE j.id = $1 AND j.status > 0").Text(jobId),
        static row => row.Packed(0),
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> IsDeletedAsync(string jobId, CancellationToken cancellationToken) => _reader.FindAsync(
        new NpgsqlBatchCommand(
            """
            SELECT CASE WHEN j.state IS NOT NULL THEN j.state = 5 ELSE coalesce(t.at > ledger_now() - $2, false) END
            FROM (SELECT) one LEFT JOIN ledger_jobs j ON j.id = $1 LEFT JOIN ledger_tombstones t ON t.id = $1
            """).Text(jobId).Span(s_remembered),
        static row => row.GetBoolean(0),
        cancellationToken);

    /// <inheritdoc/>
    public async Task<LedgerPage<JobRecord>> ListJobsAsync(JobFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        LedgerArguments.CheckLimit(limit);
        string? last = after is null ? null : Cursor.ReadText(JobList, after);

        // Each form goes along an index of its own.
        string which = (filter.Name, filter.Status) switch
        {
            (null, null) => "status > 0",
            (null, _) => "status = $4",
            (_, null) => "name = $3 AND name IS NOT NULL AND status > 0",
            _ => "name = $3 AND name IS NOT NULL AND status = $4",
        };
        NpgsqlBatchCommand list = new NpgsqlBatchCommand(
            $"""
            SELECT {JobRows.Columns} FROM (
                SELECT * FROM ledger_jobs WHERE {which} {(last is null ? "" : "AND id < $2")} AND $2::bytea IS NOT DISTINCT FROM $2 AND $3::bytea IS NOT DISTINCT FROM $3
                    AND $4::smallint IS NOT DISTINCT FROM $4 ORDER BY id DESC LIMIT $1) j
            JOIN ledger_steps s ON s.job = j.key ORDER BY j.id DESC, s.step
            """).Int(limit + 1).Text(last).Text(filter.Name).Short((int?)filter.Status);
        List<JobRecord> found = JobRows.Gather(await _reader.ListAsync(list, JobRows.Read, cancellationToken).ConfigureAwait(false));
        List<JobRecord> jobs = [];
        int steps = 0;
        foreach (JobRecord job in found)
        {
            if (jobs.Count == limit || steps > MostSteps)
            {
                return new LedgerPage<JobRecord>(jobs, Cursor.Of(JobList, jobs[^1].Id));
            }

            steps += job.Steps.Count;
            jobs.Add(job);
        }

        return new LedgerPage<JobRecord>(jobs, null);
    }

    /// <inheritdoc/>
    public Task<JobRecord?> BeginJobAsync(string jobId, CancellationToken cancellationToken) =>
        RunAndReadAsync(jobId, new NpgsqlBatchCommand("SELECT ledger_begin_job($1)").Text(jobId), cancellationToken);

    /// <inheritdoc/>
    public Task<StopJobOutcome> StopJobAsync(string jobId, StopKind kind, string? reason, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckStop(kind);
        return RunAsync(
            jobId,
            new NpgsqlBatchCommand("SELECT ledger_stop_job($1, $2, $3)").Text(jobId).Short((int)kind).Text(reason),
            static row => ((StopJobOutcome)row.GetInt32(0), row.GetInt32(0) == (int)StopJobOutcome.Asked),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SuspendJobOutcome> SetSuspendedAsync(string jobId, bool suspended, CancellationToken cancellationToken) => RunAsync(
        jobId,
        new NpgsqlBatchCommand("SELECT ledger_set_suspended($1, $2)").Text(jobId).Flag(suspended),
        static row => ((SuspendJobOutcome)row.GetInt32(0), row.GetInt32(0) == (int)SuspendJobOutcome.Changed),
        cancellationToken);

    /// <inheritdoc/>
    public Task ConfirmSuspensionAsync(string jobId, bool suspended, CancellationToken cancellationToken) => RunAsync(
        jobId, new NpgsqlBatchCommand("SELECT ledger_confirm_suspension($1, $2)").Text(jobId).Flag(suspended), static _ => (true, false), cancellationToken);

    /// <inheritdoc/>
    public Task CloseStepAsync(string jobId, int step, StepClosing closing, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckClosing(closing);
        return RunAsync(
            jobId,
            new NpgsqlBatchCommand("SELECT ledger_close_step($1, $2, $3, $4)").Text(jobId).Int(step).Short((int)closing.Status).Text(closing.Error),
            static row => (row.GetBoolean(0), row.GetBoolean(0)),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> CancelWaitingAsync(string jobId, string error, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(error);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return RunAsync(
            jobId,
            new NpgsqlBatchCommand("SELECT * FROM ledger_cancel_waiting($1, $2, $3)").Text(jobId).Text(error).Int(limit),
            static row => (row.GetBoolean(0), row.GetBoolean(1)),
            cancellationToken,
            limit * 512L);
    }

    /// <inheritdoc/>
    public Task<JobRecord?> FinishJobAsync(string jobId, JobEnd end, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckEnd(end);
        return RunAndReadAsync(jobId, new NpgsqlBatchCommand("SELECT ledger_finish_job($1, $2, $3)").Text(jobId).Short((int)end.Status).Text(end.Error), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<DeleteJobOutcome> DeleteJobAsync(string jobId, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return RunAsync(
            jobId,
            new NpgsqlBatchCommand("SELECT ledger_delete_job($1, $2, $3)").Text(jobId).Int(limit).Span(s_remembered),
            static row => ((DeleteJobOutcome)row.GetInt32(0), row.GetInt32(0) >= (int)DeleteJobOutcome.More),
            cancellationToken,
            limit * 128L);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobRecord>> ListForCareAsync(
        CareKind kind, DateTimeOffset before, string? after, int limit, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckLimit(limit);

        // A job that has gone since was dealt with: the list begins anew, without it.
        const string Last = "SELECT l.key, l.id, l.created, l.finished FROM ledger_jobs l WHERE l.id = $3";
        string which = kind switch
        {
            CareKind.Finished =>
                $"""
                SELECT j.*, j.finished AS place FROM ledger_jobs j WHERE j.state = 4 AND j.finished < $1
                    AND (j.finished, j.id) > (coalesce((SELECT finished FROM ({Last}) l), -1), coalesce((SELECT id FROM ({Last}) l), '')) AND $4::smallint IS NOT NULL
                ORDER BY j.finished, j.id LIMIT $2
                """,
            CareKind.Running =>
                $"""
                WITH RECURSIVE next(key) AS (
                    (SELECT t.job FROM ledger_tasks t WHERE t.status = 2 AND t.job > coalesce((SELECT key FROM ({Last}) l), 0) ORDER BY t.status, t.job LIMIT 1)
                    UNION ALL
                    SELECT (SELECT t.job FROM ledger_tasks t WHERE t.status = 2 AND t.job > n.key ORDER BY t.status, t.job LIMIT 1) FROM next n WHERE n.key IS NOT NULL)
                SELECT j.*, j.key AS place FROM (SELECT key FROM next WHERE key IS NOT NULL LIMIT $2) n JOIN ledger_jobs j ON j.key = n.key
                WHERE $1::bigint IS NOT NULL AND $4::smallint IS NOT NULL
                """,
            CareKind.Preparing or CareKind.Accepted or CareKind.Unfinished or CareKind.Deleting =>
                $"""
                SELECT j.*, j.created AS place FROM ledger_jobs j WHERE j.state = $4 AND j.state <> 4 AND j.created < $1
                    AND (j.created, j.id) > (coalesce((SELECT created FROM ({Last}) l), -1), coalesce((SELECT id FROM ({Last}) l), ''))
                ORDER BY j.created, j.id LIMIT $2
                """,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It is no kind."),
        };
        JobState state = kind switch
        {
            CareKind.Preparing => JobState.Preparing,
            CareKind.Accepted => JobState.Accepted,
            CareKind.Deleting => JobState.Deleting,
            _ => JobState.Started,
        };
        NpgsqlBatchCommand list = new NpgsqlBatchCommand(
            $"SELECT {JobRows.Columns} FROM ({which}) j LEFT JOIN ledger_steps s ON s.job = j.key ORDER BY j.place, j.id, s.step")
            .Long(kind is CareKind.Deleting ? long.MaxValue : before.UtcTicks).Int(limit).Text(after).Short((int)state);
        return JobRows.Gather(await _reader.ListAsync(list, JobRows.Read, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async Task<LedgerTotals> GetTotalsAsync(CancellationToken cancellationToken) => (await _reader.FindAsync(
        new NpgsqlBatchCommand("SELECT sum(unfinished)::bigint, sum(finished_bytes)::bigint FROM ledger_totals"),
        static row => new LedgerTotals(row.GetInt64(0), row.GetInt64(1)),
        cancellationToken).ConfigureAwait(false))!;
}
