using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;

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
    private readonly Statement _giveBack = connection.Prepare("UPDATE activities SET owner = 0 WHERE sequence = ?1");
    private readonly Statement _read = connection.Prepare($"SELECT {Columns} FROM {Source} WHERE a.sequence = ?1");
    private readonly Statement _name = connection.Prepare("SELECT name FROM activities WHERE sequence = ?1");
    private readonly Statement _readOwners = connection.Prepare(
        "SELECT sequence, owner FROM activities WHERE sequence > ?1 AND sequence <= ?2 ORDER BY sequence LIMIT ?3");

    // A name is compared with that of a row, never with a text of ours: how it is stored is the row's own affair.
    private readonly Statement _firstName = connection.Prepare(
        "SELECT sequence, name FROM activities WHERE owner = 0 ORDER BY name, sequence LIMIT 1");
    private readonly Statement _nextName = connection.Prepare(
        """
        SELECT sequence, name FROM activities
        WHERE owner = 0 AND name > (SELECT name FROM activities WHERE sequence = ?1)
        ORDER BY name, sequence LIMIT 1
        """);
    private readonly Statement _waitingOfName = connection.Prepare(
        """
        SELECT sequence FROM activities
        WHERE owner = 0 AND name = (SELECT name FROM activities WHERE sequence = ?1) AND sequence >= ?2
        ORDER BY sequence
        """);

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

    /// <summary>From now on nobody holds it; the next lease is counted on.</summary>
    internal void GiveBack(long sequence)
    {
        _giveBack.Bind(1, sequence);
        _giveBack.Run();
    }

    /// <summary>Sequence and owner of the oldest ones after one sequence up to another. The caller steps and resets.</summary>
    internal Statement ReadOwners(long after, long last, int max)
    {
        _readOwners.Bind(1, after);
        _readOwners.Bind(2, last);
        _readOwners.Bind(3, max);
        return _readOwners;
    }

    /// <summary>The name of one that is there.</summary>
    internal string NameOf(long sequence)
    {
        _name.Bind(1, sequence);
        try
        {
            return _name.Step() ? _name.Text(0) : throw new InvalidOperationException($"There is no activity {sequence}.");
        }
        finally
        {
            _name.Reset();
        }
    }

    /// <summary>One as its next lease has it; null when its instance is no longer there.</summary>
    internal LeasedActivity? ReadUnheld(long sequence)
    {
        _read.Bind(1, sequence);
        try
        {
            return _read.Step() && !_read.IsNull(3) ? Read(_read, _read.Int32(2) + 1) : null;
        }
        finally
        {
            _read.Reset();
        }
    }

    /// <summary>
    /// Fills a list with the oldest ones of a selection that nobody holds. Each name has its oldest at its front in the
    /// index, and they are merged: the cost is that of the names there are and of the answer, not of what waits otherwise.
    /// </summary>
    internal void FindWaiting(ActivitySelection selection, int max, List<long> sequences)
    {
        sequences.Clear();
        // Any row of a name stands for it; the priority is the oldest of it that is not in the list.
        var names = new PriorityQueue<long, long>();
        for ((long Sequence, string Name)? name = NextName(null); name is { } next; name = NextName(next.Sequence))
        {
            if (selection.Includes(next.Name))
            {
                names.Enqueue(next.Sequence, next.Sequence);
            }
        }

        while (sequences.Count < max && names.TryDequeue(out long name, out long oldest))
        {
            long other = names.TryPeek(out _, out long front) ? front : long.MaxValue;
            if (AddWaiting(name, oldest, other, max, sequences) is { } next)
            {
                names.Enqueue(name, next);
            }
        }
    }

    private (long Sequence, string Name)? NextName(long? after)
    {
        Statement names = after is null ? _firstName : _nextName;
        if (after is { } last)
        {
            names.Bind(1, last);
        }

        try
        {
            return names.Step() ? (names.Int64(0), names.Text(1)) : null;
        }
        finally
        {
            names.Reset();
        }
    }

    /// <summary>Adds those of a name from one on, up to another name's; answers the first that it left, or null.</summary>
    private long? AddWaiting(long name, long first, long other, int max, List<long> sequences)
    {
        _waitingOfName.Bind(1, name);
        _waitingOfName.Bind(2, first);
        try
        {
            while (_waitingOfName.Step())
            {
                long sequence = _waitingOfName.Int64(0);
                if (sequence > other || sequences.Count == max)
                {
                    return sequence;
                }

                sequences.Add(sequence);
            }

            return null;
        }
        finally
        {
            _waitingOfName.Reset();
        }
    }

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
