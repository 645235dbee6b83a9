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
        "a.sequence, a.owner, a.leases, i.id, a.instance_key, a.generation, a.task_id, a.name, a.input, a.version, a.tags, a.priority, a.runs_on";

    /// <summary>Where they are read from. Without its instance an activity has no id left.</summary>
    internal const string Source = "activities a LEFT JOIN instances i ON i.key = a.instance_key";

    private readonly Statement _insert = connection.Prepare(
        """
        INSERT INTO activities(sequence, owner, leases, instance_key, generation, task_id, name, version, tags, input, priority, runs_on, rank)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
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
    private readonly Statement _name = connection.Prepare("SELECT name, runs_on FROM activities WHERE sequence = ?1");
    private readonly Statement _readOwners = connection.Prepare(
        "SELECT sequence, owner FROM activities WHERE sequence > ?1 AND sequence <= ?2 ORDER BY sequence LIMIT ?3");

    // Queues, each of a name and of labels. A name is compared with that of a row, never with a text of ours: how it is stored is
    // the row's own affair.
    private readonly Statement _firstQueue = connection.Prepare(
        "SELECT sequence, name, runs_on, rank FROM activities WHERE owner = 0 ORDER BY name, runs_on, rank, sequence LIMIT 1");
    private readonly Statement _nextQueue = connection.Prepare(
        """
        SELECT sequence, name, runs_on, rank FROM activities
        WHERE owner = 0 AND (name, runs_on) > (SELECT name, runs_on FROM activities WHERE sequence = ?1)
        ORDER BY name, runs_on, rank, sequence LIMIT 1
        """);
    private readonly Statement _waitingInQueue = connection.Prepare(
        """
        SELECT sequence, rank FROM activities
        WHERE owner = 0 AND (name, runs_on) = (SELECT name, runs_on FROM activities WHERE sequence = ?1) AND (rank, sequence) >= (?2, ?3)
        ORDER BY rank, sequence
        """);

    internal void Insert(
        long sequence, long owner, long instanceKey, Guid generation, NewActivity activity, StoredText input, DateTimeOffset at)
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
        _insert.Bind(11, activity.Priority);
        _insert.Bind(12, StoredText.Of(activity.RunsOn.Text));
        _insert.Bind(13, ActivityPriority.RankOf(activity.Priority, at));
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

    /// <summary>Whether one that is there is in a selection.</summary>
    internal bool IsIn(ActivitySelection selection, long sequence)
    {
        _name.Bind(1, sequence);
        try
        {
            return _name.Step()
                ? selection.Includes(_name.Text(0), LabelSet.Parse(_name.Text(1)))
                : throw new InvalidOperationException($"There is no activity {sequence}.");
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
    /// Fills a list with those of a selection that nobody holds, by rank. Each queue has its own at its front in the index, and
    /// they are merged: the cost is that of the queues there are and of the answer, not of what waits otherwise.
    /// </summary>
    internal void FindWaiting(ActivitySelection selection, int max, List<long> sequences)
    {
        sequences.Clear();
        // Any row of a queue stands for it; the place is that of its first one that is not in the list.
        var queues = new PriorityQueue<long, WaitingPlace>();
        for (WaitingQueue? queue = NextQueue(null); queue is not null; queue = NextQueue(queue.First.Sequence))
        {
            if (selection.Includes(queue.Name, queue.RunsOn))
            {
                queues.Enqueue(queue.First.Sequence, queue.First);
            }
        }

        while (sequences.Count < max && queues.TryDequeue(out long queue, out WaitingPlace first))
        {
            WaitingPlace? other = queues.TryPeek(out _, out WaitingPlace front) ? front : null;
            if (AddWaiting(queue, first, other, max, sequences) is { } next)
            {
                queues.Enqueue(queue, next);
            }
        }
    }

    private WaitingQueue? NextQueue(long? after)
    {
        Statement queues = after is null ? _firstQueue : _nextQueue;
        if (after is { } last)
        {
            queues.Bind(1, last);
        }

        try
        {
            return queues.Step()
                ? new WaitingQueue(queues.Text(1), LabelSet.Parse(queues.Text(2)), new WaitingPlace(queues.Int64(3), queues.Int64(0)))
                : null;
        }
        finally
        {
            queues.Reset();
        }
    }

    /// <summary>Adds those of a queue from one on, up to another queue's; answers the first that it left, or null.</summary>
    private WaitingPlace? AddWaiting(long queue, WaitingPlace first, WaitingPlace? other, int max, List<long> sequences)
    {
        _waitingInQueue.Bind(1, queue);
        _waitingInQueue.Bind(2, first.Rank);
        _waitingInQueue.Bind(3, first.Sequence);
        try
        {
            while (_waitingInQueue.Step())
            {
                var place = new WaitingPlace(_waitingInQueue.Int64(1), _waitingInQueue.Int64(0));
                if (place.CompareTo(other ?? place) > 0 || sequences.Count == max)
                {
                    return place;
                }

                sequences.Add(place.Sequence);
            }

            return null;
        }
        finally
        {
            _waitingInQueue.Reset();
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
            Priority = row.Int32(11),
            RunsOn = LabelSet.Parse(row.Text(12)),
        },
        leases);
}

/// <summary>Where an activity stands among those that wait.</summary>
internal readonly record struct WaitingPlace(long Rank, long Sequence) : IComparable<WaitingPlace>
{
    public int CompareTo(WaitingPlace other) =>
        Rank != other.Rank ? Rank.CompareTo(other.Rank) : Sequence.CompareTo(other.Sequence);
}

/// <summary>Activities that wait under one name and ask for the same labels.</summary>
/// <param name="Name">The name.</param>
/// <param name="RunsOn">The labels.</param>
/// <param name="First">The first of them.</param>
internal sealed record WaitingQueue(string Name, LabelSet RunsOn, WaitingPlace First);
