using FuncExec.Ledger.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Ledger.Sqlite.Tables;

/// <summary>Takes away what belongs to a job, some rows at a time, and remembers that the job was there.</summary>
internal sealed class RemovalTable(Func<string, Statement> prepare)
{
    // Each finds the rows by their primary key and deletes them by it: no statement holds more than it was told to.
    private readonly Statement[] _parts =
    [
        prepare("DELETE FROM events WHERE job = ?1 AND number IN (SELECT number FROM events WHERE job = ?1 ORDER BY number LIMIT ?2)"),
        prepare("DELETE FROM attempts WHERE job = ?1 AND (step, idx, attempt) IN "
            + "(SELECT step, idx, attempt FROM attempts WHERE job = ?1 ORDER BY step, idx, attempt LIMIT ?2)"),
        prepare("DELETE FROM artifacts WHERE job = ?1 AND name IN (SELECT name FROM artifacts WHERE job = ?1 ORDER BY name LIMIT ?2)"),
        prepare("DELETE FROM tasks WHERE job = ?1 AND (step, idx) IN (SELECT step, idx FROM tasks WHERE job = ?1 ORDER BY step, idx LIMIT ?2)"),
        prepare("DELETE FROM steps WHERE job = ?1 AND step IN (SELECT step FROM steps WHERE job = ?1 ORDER BY step LIMIT ?2)"),
        prepare("DELETE FROM documents WHERE job = ?1 AND ?2 > 0"),
    ];

    private readonly Statement _job = prepare("DELETE FROM jobs WHERE key = ?1");
    private readonly Statement _remember = prepare("INSERT OR REPLACE INTO tombstones VALUES (?1, ?2)");
    private readonly Statement _find = prepare("SELECT at FROM tombstones WHERE id = ?1");
    private readonly Statement _forget = prepare(
        "DELETE FROM tombstones WHERE id IN (SELECT id FROM tombstones WHERE at < ?1 ORDER BY at LIMIT 100)");

    /// <summary>Deletes rows of a job, all but its own; answers how many are left of <paramref name="limit"/>: 0 says that there may be more.</summary>
    internal int RemoveParts(long job, int limit)
    {
        foreach (Statement part in _parts)
        {
            part.Bind(1, job);
            part.Bind(2, limit);
            limit -= part.Run();
            if (limit <= 0)
            {
                return 0;
            }
        }

        return limit;
    }

    internal void RemoveJob(long job, string id, DateTimeOffset now)
    {
        _job.Bind(1, job);
        _job.Run();
        _remember.Bind(1, id);
        _remember.Bind(2, now.UtcTicks);
        _remember.Run();
    }

    /// <summary>When a job was deleted, or null.</summary>
    internal DateTimeOffset? FindRemoved(string id)
    {
        _find.Bind(1, id);
        try
        {
            return _find.Step() ? _find.Time(0) : null;
        }
        finally
        {
            _find.Reset();
        }
    }

    internal void Forget(DateTimeOffset before)
    {
        _forget.Bind(1, before.UtcTicks);
        _forget.Run();
    }
}
