using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Sqlite.Tables;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;
using FuncExec.Runtime.SqliteFiles.Writing;

namespace FuncExec.Runtime.Sqlite.Writing.Operations;

/// <summary>
/// A session takes activities that no live session holds. First those among which ended sessions may have left some,
/// by a sweep that goes over each row once; then those that wait, by their index.
/// </summary>
/// <remarks>
/// The sweep gives back what it finds and was not asked for: such rows then wait too. It goes on until enough was taken,
/// and at most for some rows when the index has the rest: so an answer of fewer than were asked for means that there are no more.
/// </remarks>
internal sealed class LeaseActivities(long session, ActivitySelection selection, int max) : WriteOperation<Store, IReadOnlyList<LeasedActivity>>
{
    private const int SweepChunk = 4_096;

    private readonly List<LeasedActivity> _leased = [];
    private readonly List<long> _sequences = [];
    private long _swept;
    private long _lastUnswept;
    private int _ends;

    internal override Verdict Run(Store store)
    {
        _leased.Clear();
        Result = _leased;
        _ends = store.Sessions.Ended();
        bool hasEnded = _ends != store.SweptEnds;
        _swept = hasEnded ? 0 : store.Swept;
        _lastUnswept = hasEnded ? store.ActivitySequences.Last : store.LastUnswept;
        if (!store.Sessions.IsLive(session))
        {
            return Verdict.Keep;
        }

        do
        {
            Sweep(store);
            TakeWaiting(store);
        }
        while (_leased.Count < max && _swept < _lastUnswept);
        return Verdict.Keep;
    }

    internal override void Committed(Store store)
    {
        store.Swept = _swept;
        store.LastUnswept = _lastUnswept;
        store.SweptEnds = _ends;
    }

    /// <summary>Takes or gives back what ended sessions hold, among the next rows of the sweep.</summary>
    private void Sweep(Store store)
    {
        if (_swept >= _lastUnswept || _leased.Count >= max)
        {
            return;
        }

        long last = FindHeldByEnded(store);
        foreach (long sequence in _sequences)
        {
            if (_leased.Count >= max)
            {
                return; // Goes on here the next time.
            }

            if (!store.Activities.IsIn(selection, sequence))
            {
                store.Activities.GiveBack(sequence);
            }
            else
            {
                Take(store, sequence);
            }

            _swept = sequence;
        }

        _swept = last;
    }

    /// <summary>Notes them, and answers up to where it looked.</summary>
    private long FindHeldByEnded(Store store)
    {
        _sequences.Clear();
        long last = _swept;
        Statement rows = store.Activities.ReadOwners(_swept, _lastUnswept, SweepChunk);
        try
        {
            int seen = 0;
            for (; rows.Step(); seen++)
            {
                last = rows.Int64(0);
                if (rows.Int64(1) is not 0 and long owner && !store.Sessions.IsLive(owner))
                {
                    _sequences.Add(last);
                }
            }

            return seen < SweepChunk ? _lastUnswept : last;
        }
        finally
        {
            rows.Reset();
        }
    }

    /// <summary>Takes what waits, by rank; those of instances that are gone do not count.</summary>
    private void TakeWaiting(Store store)
    {
        while (_leased.Count < max)
        {
            store.Activities.FindWaiting(selection, max - _leased.Count, _sequences);
            if (_sequences.Count == 0)
            {
                return;
            }

            foreach (long sequence in _sequences)
            {
                Take(store, sequence);
            }
        }
    }

    private void Take(Store store, long sequence)
    {
        if (store.Activities.ReadUnheld(sequence) is { } activity)
        {
            _leased.Add(activity);
            store.Activities.Lease(sequence, session, activity.Lease.Token);
        }
        else
        {
            store.Activities.Delete(sequence);
        }
    }
}
