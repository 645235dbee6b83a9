using System.Globalization;
using FuncExec.Ledger.Postgres.Reading;
using FuncExec.Ledger.Postgres.Values;
using FuncExec.Ledger.Postgres.Writing;
using FuncExec.Ledger.Values;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Ledger.Postgres;

/// <summary>Tasks, artifacts and events.</summary>
public sealed partial class PostgresJobLedger
{
    private const char TaskList = 't';
    private const char ArtifactList = 'a';

    /// <summary>The most places a page of tasks looks at.</summary>
    private const int MostPlaces = 5_000;

    /// <summary>The most steps a page of tasks looks at.</summary>
    private const int MostStepsInPage = 5_000;

    private const string ArtifactColumns = "a.step, a.idx, a.path, a.size, a.hash, a.executable, a.name";

    /// <inheritdoc/>
    public async Task<ClaimOutcome> ClaimAsync(TaskClaim claim, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckClaim(claim);
        TaskKey key = claim.Task;
        return await _writer.RunAsync(
            Call(
                key.JobId,
                () =>
                [
                    new NpgsqlBatchCommand("SELECT * FROM ledger_claim($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
                        .Text(key.JobId).Int(key.Step).Int(key.Index).Int(claim.Attempt).Text(claim.Node).Flag(claim.RerunOnLoss).Span(claim.RetryAfterLoss)
                        .Int(TaskClaim.LossesBeforeAlone)
                        .Text("The node that ran this task was lost, and it must not run twice ('rerunOnLoss' is false).")
                        .Text(string.Create(
                            CultureInfo.InvariantCulture,
                            $"{TaskClaim.LossesBeforeAlone + 1} nodes were lost running this task, the last while nothing else started beside it: it is poison and is not tried again.")),
                    Find(key),
                ],
                ReadClaimAsync),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<EndAttemptOutcome> EndAttemptAsync(AttemptEnd end, CancellationToken cancellationToken)
    {
        PreparedEnd prepared = PreparedEnd.Of(end);
        TaskKey key = end.Task;
        return _writer.RunAsync(
            Call(
                key.JobId,
                () => [EndCommand(prepared), Find(key)],
                static async (reader, token) =>
                {
                    await reader.RowAsync(token).ConfigureAwait(false);
                    int code = reader.GetInt32(0);
                    await reader.NextAsync(token).ConfigureAwait(false);
                    TaskRecord? task = await reader.ReadAsync(token).ConfigureAwait(false) ? TaskRows.Read(reader) : null;
                    EndAttemptOutcome outcome = code == 3
                        ? new EndAttemptOutcome.Superseded(task is { Token: > 0 } ? task : null)
                        : new EndAttemptOutcome.Recorded(task!);
                    return (outcome, code == 1);
                },
                prepared.Weight),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(TaskKey task, long token, CancellationToken cancellationToken) => RunAsync(
        task.JobId,
        new NpgsqlBatchCommand("SELECT ledger_release($1, $2, $3, $4)").Text(task.JobId).Int(task.Step).Int(task.Index).Long(token),
        static row => (row.GetBoolean(0), row.GetBoolean(0)),
        cancellationToken);

    /// <inheritdoc/>
    public Task<TaskRecord?> GetTaskAsync(TaskKey task, CancellationToken cancellationToken) => _reader.FindAsync(Find(task), TaskRows.Read, cancellationToken);

    /// <inheritdoc/>
    public async Task<LedgerPage<TaskRecord>> ListTasksAsync(string jobId, TaskFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        LedgerArguments.CheckLimit(limit);
        (int step, int index) = after is null ? (filter.Step ?? 0, 0) : Cursor.ReadTask(TaskList, after);
        if (filter.Step is { } only && step != only)
        {
            throw new BadCursorException();
        }

        List<(string? Next, TaskRecord? Task)> rows = await _reader.ListAsync(
            new NpgsqlBatchCommand(TaskRows.Page).Text(jobId).Int(filter.Step).Short((int?)filter.Status).Int(step).Int(index).Int(limit).Int(MostPlaces).Int(MostStepsInPage),
            static row => row.GetBoolean(0) ? (Next(row), (TaskRecord?)null) : (null, TaskRows.Read(row, 1)),
            cancellationToken).ConfigureAwait(false);
        return new LedgerPage<TaskRecord>(
            [.. rows.Select(static row => row.Task).OfType<TaskRecord>()], rows.Select(static row => row.Next).FirstOrDefault(static next => next is not null));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TaskRecord>> ListRunningAsync(string jobId, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return await _reader.ListAsync(new NpgsqlBatchCommand(TaskRows.Running).Text(jobId).Int(limit), TaskRows.Read, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TaskRecord>> ListAttemptsAsync(TaskKey task, CancellationToken cancellationToken)
    {
        // The task first: an attempt that is kept meanwhile is its own, and then left out.
        if (await GetTaskAsync(task, cancellationToken).ConfigureAwait(false) is not { Attempt: > 0 } last)
        {
            return [];
        }

        List<TaskRecord> kept = await _reader.ListAsync(
            new NpgsqlBatchCommand(TaskRows.Attempts).Text(task.JobId).Int(task.Step).Int(task.Index), TaskRows.Read, cancellationToken).ConfigureAwait(false);

        // The last of them is the task itself where the next was claimed and given back.
        return [.. kept.Where(attempt => attempt.Attempt < last.Attempt), last];
    }

    /// <inheritdoc/>
    public async Task<LedgerPage<ArtifactRecord>> ListArtifactsAsync(string jobId, int? step, string? after, int limit, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckLimit(limit);
        string last = after is null ? "" : Cursor.ReadText(ArtifactList, after);
        List<ArtifactRecord> found = await _reader.ListAsync(
            new NpgsqlBatchCommand(
                $"""
                SELECT {ArtifactColumns} FROM ledger_jobs j LEFT JOIN ledger_steps s ON s.job = j.key AND s.step = $2
                    CROSS JOIN LATERAL (
                        SELECT * FROM ledger_artifacts a WHERE a.job = j.key AND a.name > greatest($3, coalesce(s.name || '/', ''))
                            AND ($2 IS NULL OR a.name < s.name || '0') ORDER BY a.name LIMIT $4) a
                WHERE j.id = $1 AND j.state <> 5 AND ($2 IS NULL OR s.step IS NOT NULL) ORDER BY a.name
                """).Text(jobId).Int(step).Text(last).Int(limit + 1),
            ReadArtifact,
            cancellationToken).ConfigureAwait(false);
        return found.Count <= limit
            ? new LedgerPage<ArtifactRecord>(found, null)
            : new LedgerPage<ArtifactRecord>(found[..limit], Cursor.Of(ArtifactList, found[limit - 1].Name));
    }

    /// <inheritdoc/>
    public Task<ArtifactRecord?> GetArtifactAsync(string jobId, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _reader.FindAsync(
            new NpgsqlBatchCommand($"SELECT {ArtifactColumns} FROM ledger_jobs j JOIN ledger_artifacts a ON a.job = j.key WHERE j.id = $1 AND j.state <> 5 AND a.name = $2").Text(jobId).Text(name),
            ReadArtifact,
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobEvent>> ListEventsAsync(string jobId, long after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return await _reader.ListAsync(new NpgsqlBatchCommand(EventRows.List).Text(jobId).Long(after).Int(limit), EventRows.Read, cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlBatchCommand Find(TaskKey key) => new NpgsqlBatchCommand(TaskRows.Find).Text(key.JobId).Int(key.Step).Int(key.Index);

    private static string Next(NpgsqlDataReader row)
    {
        // The place of the row: step and index, the step's own columns may be absent past the last.
        int step = row.GetInt32(row.GetOrdinal("next_step"));
        return Cursor.Of(TaskList, step, row.GetInt32(7));
    }

    private static async Task<(ClaimOutcome Answer, bool IsChange)> ReadClaimAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.RowAsync(cancellationToken).ConfigureAwait(false);
        int code = reader.GetInt32(0);
        long token = reader.LongOrNull(1) ?? 0;
        DateTimeOffset? at = reader.TimeOrNull(2);
        bool alone = !reader.IsDBNull(3) && reader.GetBoolean(3);
        string? holder = reader.TextOrNull(4);
        bool isChange = reader.GetBoolean(5);
        await reader.NextAsync(cancellationToken).ConfigureAwait(false);
        TaskRecord? task = await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? TaskRows.Read(reader) : null;
        ClaimOutcome outcome = code switch
        {
            1 => new ClaimOutcome.Claimed(token, at!.Value, alone),
            2 => new ClaimOutcome.Ended(task!),
            3 => new ClaimOutcome.AttemptEnded(task!),
            4 => new ClaimOutcome.Held(holder!, token),
            5 => new ClaimOutcome.Suspended(),
            6 => new ClaimOutcome.Stopping(),
            7 => new ClaimOutcome.NotFound(),
            _ => new ClaimOutcome.NodeDead(),
        };
        return (outcome, isChange);
    }

    private static NpgsqlBatchCommand EndCommand(PreparedEnd prepared)
    {
        AttemptEnd end = prepared.End;
        return new NpgsqlBatchCommand("SELECT ledger_end_attempt($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23)")
            .Text(end.Task.JobId).Int(end.Task.Step).Int(end.Task.Index).Long(end.Token).Short((int)prepared.NewStatus).Short((int)end.Status).Span(end.RetryAfter)
            .Int(end.ExitCode).Short((int?)end.Failure).Text(end.Error).Text(end.Details)
            .Long(OrNull(end.Stdout.Length)).Long(OrNull(end.Stdout.Kept)).Bytes(prepared.StdoutTail)
            .Long(OrNull(end.Stderr.Length)).Long(OrNull(end.Stderr.Kept)).Bytes(prepared.StderrTail)
            .Long(end.StoredBytes)
            .Texts(end.Artifacts.Select(static artifact => artifact.Name)).Texts(end.Artifacts.Select(static artifact => artifact.Path))
            .Array(end.Artifacts.Select(static artifact => artifact.Size), NpgsqlDbType.Bigint).Array(prepared.Hashes, NpgsqlDbType.Bytea)
            .Array(end.Artifacts.Select(static artifact => artifact.IsExecutable), NpgsqlDbType.Boolean);
    }

    // Most attempts write nothing to one of the two.
    private static long? OrNull(long value) => value == 0 ? null : value;

    private static ArtifactRecord ReadArtifact(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetInt32(1), row.Text(2), row.GetInt64(3), Convert.ToHexStringLower(row.GetFieldValue<byte[]>(4)), row.GetBoolean(5))
    {
        Name = row.Text(6),
    };
}
