using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Runtime.Sqlite.Reading;

/// <summary>Counts what waits.</summary>
internal sealed class Backlog(Connection connection)
{
    internal const string FirstQueue =
        "SELECT sequence, name, runs_on FROM activities WHERE owner = 0 ORDER BY name, runs_on, rank, sequence LIMIT 1";

    // A name is compared with that of a row, as the writer does it: how it is stored is the row's own affair.
    internal const string NextQueue =
        """
        SELECT sequence, name, runs_on FROM activities
        WHERE owner = 0 AND (name, runs_on) > (SELECT name, runs_on FROM activities WHERE sequence = ?1)
        ORDER BY name, runs_on, rank, sequence LIMIT 1
        """;

    internal const string WaitingInQueue =
        """
        SELECT priority, rank FROM activities
        WHERE owner = 0 AND (name, runs_on) = (SELECT name, runs_on FROM activities WHERE sequence = ?1)
        ORDER BY rank, sequence LIMIT ?2
        """;

    private readonly Statement _firstQueue = connection.Prepare(FirstQueue);
    private readonly Statement _nextQueue = connection.Prepare(NextQueue);
    private readonly Statement _waitingInQueue = connection.Prepare(WaitingInQueue);

    internal IReadOnlyList<WaitingActivities> Count(int most)
    {
        List<(long Row, string Name, LabelSet RunsOn)> queues = ReadQueues();
        List<WaitingActivities> waiting = [];
        foreach ((long row, string name, LabelSet runsOn) in queues)
        {
            foreach ((int priority, (long count, long rank)) in CountIn(row, Math.Max(1, most / queues.Count)))
            {
                waiting.Add(new WaitingActivities(name, runsOn, priority, count, ActivityPriority.ScheduledAt(rank, priority)));
            }
        }

        return waiting;
    }

    /// <summary>The queues of which something waits, each with its first row, which stands for it.</summary>
    private List<(long Row, string Name, LabelSet RunsOn)> ReadQueues()
    {
        List<(long Row, string Name, LabelSet RunsOn)> queues = [];
        for (Statement next = _firstQueue; ; next = _nextQueue)
        {
            if (queues.Count > 0)
            {
                next.Bind(1, queues[^1].Row);
            }

            try
            {
                if (!next.Step())
                {
                    return queues;
                }

                queues.Add((next.Int64(0), next.Text(1), LabelSet.Parse(next.Text(2))));
            }
            finally
            {
                next.Reset();
            }
        }
    }

    /// <summary>How many of each priority there are among the first of a queue, and the smallest rank of those.</summary>
    private Dictionary<int, (long Count, long Rank)> CountIn(long queue, int most)
    {
        Dictionary<int, (long Count, long Rank)> counts = [];
        _waitingInQueue.Bind(1, queue);
        _waitingInQueue.Bind(2, most);
        try
        {
            while (_waitingInQueue.Step())
            {
                int priority = _waitingInQueue.Int32(0);
                counts[priority] = counts.TryGetValue(priority, out (long Count, long Rank) counted)
                    ? counted with { Count = counted.Count + 1 }
                    : (1, _waitingInQueue.Int64(1)); // They come by rank.
            }
        }
        finally
        {
            _waitingInQueue.Reset();
        }

        return counts;
    }
}
