using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Sqlite.Native;
using FuncExec.Runtime.Sqlite.Values;

namespace FuncExec.Runtime.Sqlite.Tables;

/// <summary>Who holds an activity, and whose it is.</summary>
internal readonly record struct ActivityState(long Owner, long Leases, long InstanceKey, Guid Generation);

/// <summary>
/// The writer's statements over <c>activities</c>. The number of times an activity was leased is its token: it grows
/// with every lease, so one column serves for both.
/// </summary>
internal sealed class ActivityTable(Connection connection)
{
    /// <summary>The columns that <see cref="Read"/> reads, from column 0 on.</summary>
    internal const string Columns =
        "a.sequence, a.owner, a.leases, i.id, a.instance_key, a.generation, a.task_id, a.name, a.input, a.version, a.tags";

    /// <summary>Where they are read from. Without its instance an activity has no id left.</summary>
    internal const string Source = "activities a LEFT JOIN instances i ON i.key = a.instance_key";

    private readonly Statement _insert = connection.Prepare(
        """
        INSERT INTO activities(sequence, owner, leases, instance_key, generation, task_id, name, version, tags, input)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        """);
    private readonly Statement _find = connection.Prepare(
        "SELECT owner, leases, instance_key, generation FROM activities WHERE sequence = ?1");
    private readonly Statement _complete = connection.Prepare(
        "DELETE FROM activities WHERE sequence = ?1 AND owner = ?2 AND leases = ?3");
    private readonly Statement _delete = connection.Prepare("DELETE FROM activities WHERE sequence = ?1");
    private readonly Statement _lease = connection.Prepare(
        "UPDATE activities SET owner = ?2, leases = ?3 WHERE sequence = ?1");
    private readonly Statement _readFree = connection.Prepare(
        $"SELECT {Columns} FROM {Source} WHERE a.owner = 0 AND a.sequence > ?1 ORDER BY a.sequence LIMIT ?2");
    private readonly Statement _readRange = connection.Prepare(
        $"SELECT {Columns} FROM {Source} WHERE a.sequence > ?1 AND a.sequence <= ?2 ORDER BY a.sequence");

    internal void Insert(long sequence, long owner, long instanceKey, Guid generation, NewActivity activity, StoredText input)
    {
        _insert.Bind(1, sequence);
        _insert.Bind(2, owner);
        _insert.Bind(3, owner == 0 ? 0 : 1);
        _insert.Bind(4, instanceKey);
        _insert.Bind(5, generation);
        _insert.Bind(6, activity.TaskId);
        _insert.Bind(7, StoredText.Of(activity.Name));
        _insert.Bind(8, StoredText.Of(activity.Version));
        _insert.Bind(9, StoredText.Of(activity.Tags));
        _insert.Bind(10, input);
        _insert.Run();
    }

    internal ActivityState? Find(long sequence)
    {
        _find.Bind(1, sequence);
        try
        {
            return _find.Step()
                ? new ActivityState(_find.Int64(0), _find.Int64(1), _find.Int64(2), _find.Guid(3))
                : null;
        }
        finally
        {
            _find.Reset();
        }
    }

    /// <summary>Deletes an activity that the session holds by this lease; false when it does not.</summary>
    internal bool Complete(ActivityLease lease, long session)
    {
        _complete.Bind(1, lease.Sequence);
        _complete.Bind(2, session);
        _complete.Bind(3, lease.Token);
        return _complete.Run() == 1;
    }

    internal void Delete(long sequence)
    {
        _delete.Bind(1, sequence);
        _delete.Run();
    }

    internal void Lease(long sequence, long owner, long leases)
    {
        _lease.Bind(1, sequence);
        _lease.Bind(2, owner);
        _lease.Bind(3, leases);
        _lease.Run();
    }

    /// <summary>The oldest ones after a sequence that were never leased. The caller steps and resets.</summary>
    internal Statement ReadFree(long after, int max)
    {
        _readFree.Bind(1, after);
        _readFree.Bind(2, max);
        return _readFree;
    }

    /// <summary>All after one sequence up to another. The caller steps and resets.</summary>
    internal Statement ReadRange(long after, long last)
    {
        _readRange.Bind(1, after);
        _readRange.Bind(2, last);
        return _readRange;
    }

    /// <summary>True when the instance of the activity in a row is no longer there.</summary>
    internal static bool IsOrphan(Statement row) => row.IsNull(3);

    /// <summary>The activity in a row, as held under the given lease number.</summary>
    internal static LeasedActivity Read(Statement row, int leases) => new(
        new ActivityLease(row.Int64(0), leases), row.Text(3), row.Int64(4), row.Guid(5),
        new NewActivity
        {
            TaskId = row.Int32(6),
            Name = row.Text(7),
            Input = row.TextOrNull(8),
            Version = row.Text(9),
            Tags = row.TextOrNull(10),
        },
        leases);
}
