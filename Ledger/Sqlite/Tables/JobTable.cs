using FuncExec.Ledger.Sqlite.Values;
using FuncExec.Ledger.Values;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Ledger.Sqlite.Tables;

/// <summary>A row for each job. Its status is kept in it, 0 when it is being deleted, so that lists go by an index.</summary>
internal sealed class JobTable(Func<string, Statement> prepare)
{
    private const long Suspended = 1, Untold = 2;

    internal const string Columns =
        "key, id, name, state, status, error, created, started, finished, suspended, stop_kind, stop_reason, rerun_of, "
        + "workspace, stored, last_event, copied";

    private readonly Statement _find = prepare($"SELECT {Columns} FROM jobs WHERE id = ?1");
    private readonly Statement _findRequest = prepare(
        $"SELECT {Columns}, body_hash FROM jobs WHERE principal = ?1 AND request_key = ?2");
    private readonly Statement _insert = prepare(
        "INSERT INTO jobs(id, name, state, status, created, suspended, rerun_of, workspace, stored, last_event, copied, "
        + "principal, request_key, body_hash) VALUES (?1, ?2, ?3, 1, ?4, 0, ?5, ?6, ?7, 0, 0, ?8, ?9, ?10) RETURNING key");
    private readonly Statement _insertDocument = prepare("INSERT INTO documents(job, data) VALUES (?1, ?2)");
    private readonly Statement _document = prepare(
        "SELECT d.data FROM jobs j JOIN documents d ON d.job = j.key WHERE j.id = ?1 AND j.status > 0");
    private readonly Statement _setState = prepare(
        "UPDATE jobs SET state = ?2, status = ?3, started = ?4, finished = ?5, error = ?6 WHERE key = ?1");
    private readonly Statement _setStop = prepare("UPDATE jobs SET stop_kind = ?2, stop_reason = ?3 WHERE key = ?1");
    private readonly Statement _setSuspended = prepare("UPDATE jobs SET suspended = ?2, status = ?3 WHERE key = ?1");
    private readonly Statement _setLastEvent = prepare("UPDATE jobs SET last_event = ?2 WHERE key = ?1");
    private readonly Statement _addStored = prepare("UPDATE jobs SET stored = stored + ?2 WHERE key = ?1");
    private readonly Statement _setCopied = prepare("UPDATE jobs SET copied = ?2 WHERE key = ?1");
    private readonly Statement _hide = prepare(
        "UPDATE jobs SET state = 5, status = 0, principal = NULL, request_key = NULL, body_hash = NULL WHERE key = ?1");

    /// <summary>The job of an id, also one that is being deleted.</summary>
    internal StoredJob? Find(string id)
    {
        _find.Bind(1, id);
        try
        {
            return _find.Step() ? Read(_find) : null;
        }
        finally
        {
            _find.Reset();
        }
    }

    /// <summary>The job that a request made, and the hash of the request's body.</summary>
    internal (StoredJob Job, string BodyHash)? FindRequest(IdempotencyKey request)
    {
        _findRequest.Bind(1, request.Principal);
        _findRequest.Bind(2, request.Key);
        try
        {
            return _findRequest.Step() ? (Read(_findRequest), _findRequest.Text(17)) : null;
        }
        finally
        {
            _findRequest.Reset();
        }
    }

    /// <summary>Answers the new job's key.</summary>
    internal long Insert(NewJob job, DateTimeOffset now)
    {
        _insert.Bind(1, job.Id);
        _insert.Bind(2, job.Name);
        _insert.Bind(3, (long)(job.RerunOf is null ? JobState.Accepted : JobState.Preparing));
        _insert.Bind(4, now.UtcTicks);
        _insert.Bind(5, job.RerunOf);
        _insert.Bind(6, job.Workspace);
        _insert.Bind(7, job.StoredBytes);
        _insert.Bind(8, job.Idempotency?.Principal);
        _insert.Bind(9, job.Idempotency?.Key);
        _insert.Bind(10, job.Idempotency?.BodyHash);
        try
        {
            _insert.Step();
            return _insert.Int64(0);
        }
        finally
        {
            _insert.Reset();
        }
    }

    internal void InsertDocument(long job, byte[] packed)
    {
        _insertDocument.Bind(1, job);
        _insertDocument.BindBlob(2, packed);
        _insertDocument.Run();
    }

    internal byte[]? ReadDocument(string id)
    {
        _document.Bind(1, id);
        try
        {
            return _document.Step() ? Packed.Read(_document.Bytes(0)) : null;
        }
        finally
        {
            _document.Reset();
        }
    }

    /// <summary>Writes state, status, times and error as they stand in <paramref name="job"/>.</summary>
    internal void SetState(long key, JobRecord job)
    {
        _setState.Bind(1, key);
        _setState.Bind(2, (long)job.State);
        _setState.Bind(3, (long)job.Status);
        _setState.Bind(4, job.StartedAt);
        _setState.Bind(5, job.FinishedAt);
        _setState.Bind(6, job.Error);
        _setState.Run();
    }

    internal void SetStop(long key, JobStop stop)
    {
        _setStop.Bind(1, key);
        _setStop.Bind(2, (long)stop.Kind);
        _setStop.Bind(3, stop.Reason);
        _setStop.Run();
    }

    internal void SetSuspended(long key, JobRecord job)
    {
        _setSuspended.Bind(1, key);
        _setSuspended.Bind(2, (job.IsSuspended ? Suspended : 0) | (job.IsSuspensionUntold ? Untold : 0));
        _setSuspended.Bind(3, (long)job.Status);
        _setSuspended.Run();
    }

    internal void SetLastEvent(long key, long number) => Set(_setLastEvent, key, number);

    internal void AddStored(long key, long bytes) => Set(_addStored, key, bytes);

    internal void SetCopied(long key, TaskPlace place) => Set(_setCopied, key, place.Packed);

    /// <summary>The job can be seen no more, and its request is forgotten.</summary>
    internal void Hide(long key)
    {
        _hide.Bind(1, key);
        _hide.Run();
    }

    internal static StoredJob Read(Statement row)
    {
        var state = (JobState)row.Int32(3);
        var job = new JobRecord
        {
            Id = row.Text(1),
            Name = row.TextOrNull(2),
            State = state,
            EndStatus = state is JobState.Finished ? (JobStatus)row.Int32(4) : null,
            Error = row.TextOrNull(5),
            CreatedAt = row.Time(6),
            StartedAt = row.TimeOrNull(7),
            FinishedAt = row.TimeOrNull(8),
            IsSuspended = (row.Int64(9) & Suspended) != 0,
            IsSuspensionUntold = (row.Int64(9) & Untold) != 0,
            Stop = row.IsNull(10) ? null : new JobStop((StopKind)row.Int32(10), row.TextOrNull(11)),
            RerunOf = row.TextOrNull(12),
            Workspace = row.TextOrNull(13),
            StoredBytes = row.Int64(14),
            LastEvent = row.Int64(15),
            Steps = [],
        };
        return new StoredJob(row.Int64(0), job, TaskPlace.Unpack(row.Int64(16)));
    }

    private static void Set(Statement statement, long key, long value)
    {
        statement.Bind(1, key);
        statement.Bind(2, value);
        statement.Run();
    }
}
