using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Sqlite.Native;
using FuncExec.Runtime.Sqlite.Tables;

namespace FuncExec.Runtime.Sqlite.Writing.Operations;

/// <summary>
/// A session takes activities that no live session holds. First those among which ended sessions may have left some,
/// by a sweep that goes over each row once; then those that were never leased, by their index.
/// </summary>
internal sealed class LeaseActivities(long session, int max) : WriteOperation<IReadOnlyList<LeasedActivity>>
{
    private readonly List<LeasedActivity> _leased = [];
    private readonly List<long> _orphans = [];
    private long _swept;
    private long _lastUnswept;
    private int _ends;

    internal override Verdict Run(Store store)
    {
        _leased.Clear();
        _orphans.Clear();
        Result = _leased;
        _ends = store.Sessions.Ended();
        bool hasEnded = _ends != store.SweptEnds;
        _swept = hasEnded ? 0 : store.Swept;
        _lastUnswept = hasEnded ? store.ActivitySequences.Last : store.LastUnswept;
        if (!store.Sessions.IsLive(session))
        {
            return Verdict.Keep;
        }

        if (_swept < _lastUnswept)
        {
            Sweep(store);
        }

        if (_leased.Count < max)
        {
            TakeFree(store);
        }

        foreach (LeasedActivity activity in _leased)
        {
            store.Activities.Lease(activity.Lease.Sequence, session, activity.Lease.Token);
        }

        foreach (long orphan in _orphans)
        {
            store.Activities.Delete(orphan);
        }

        return Verdict.Keep;
    }

    internal override void Committed(Store store)
    {
        store.Swept = _swept;
        store.LastUnswept = _lastUnswept;
        store.SweptEnds = _ends;
    }

    private void Sweep(Store store)
    {
        Statement rows = store.Activities.ReadRange(_swept, _lastUnswept);
        try
        {
            while (_leased.Count < max)
            {
                if (!rows.Step())
                {
                    _swept = _lastUnswept;
                    return;
                }

                _swept = rows.Int64(0);
                if (!store.Sessions.IsLive(rows.Int64(1)))
                {
                    Take(rows);
                }
            }
        }
        finally
        {
            rows.Reset();
        }
    }

    private void TakeFree(Store store)
    {
        // The sweep has taken the free ones that it went over, but the rows do not show it yet.
        // Those of instances that are gone do not count towards the number asked for.
        Statement rows = store.Activities.ReadFree(_swept, int.MaxValue);
        try
        {
            while (_leased.Count < max && rows.Step())
            {
                Take(rows);
            }
        }
        finally
        {
            rows.Reset();
        }
    }

    private void Take(Statement row)
    {
        if (ActivityTable.IsOrphan(row))
        {
            _orphans.Add(row.Int64(0));
        }
        else
        {
            _leased.Add(ActivityTable.Read(row, row.Int32(2) + 1));
        }
    }
}
