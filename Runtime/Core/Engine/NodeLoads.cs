using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>
/// What the nodes of a hub tell each other of their loads, and which of them takes the next activity by the rule of
/// <see cref="EngineOptions.Placement"/>. All of it are hints: what they cost when they are wrong is <see cref="EngineOptions.PlacementPatience"/>.
/// </summary>
internal sealed class NodeLoads(EngineNode node, IHubSignals? signals)
{
    /// <summary>The least time between two words on a load, for each node that hears it: what a node hears of all others stays the same.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<(long Session, string Activity), Known> _others = [];
    private readonly List<ActivityQueue> _own = [];
    private long _most;
    private int _changed;
    private int _telling;

    /// <summary>How many loads of other nodes are known.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _others.Values.Count(IsFresh);
            }
        }
    }

    /// <summary>Another node has told its load.</summary>
    public void Heard(NodeLoad load)
    {
        bool isNew;
        lock (_gate)
        {
            (long, string) key = (load.Session, load.Activity.ToUpperInvariant());
            isNew = !_others.ContainsKey(key);
            _others[key] = new Known(load, BootClock.Now);
            _most = Math.Max(_most, load.Turns);
            if (isNew)
            {
                foreach ((long, string) old in _others.Where(other => !IsFresh(other.Value)).Select(static other => other.Key).ToArray())
                {
                    _others.Remove(old);
                }
            }
        }

        if (isNew)
        {
            Changed(); // Whoever is new knows nothing of this one.
        }
    }

    /// <summary>A queue whose load is told.</summary>
    public void Add(ActivityQueue queue) => _own.Add(queue);

    /// <summary>The load of a queue of this node has changed, or is to be told once more.</summary>
    public void Changed()
    {
        if (signals is null || _own.Count == 0)
        {
            return;
        }

        Volatile.Write(ref _changed, 1);
        if (Interlocked.Exchange(ref _telling, 1) == 0)
        {
            _ = TellAsync(signals);
        }
    }

    /// <summary>The count after one more is taken here.</summary>
    public long NextTurn(long turns, int places)
    {
        lock (_gate)
        {
            long next = Math.Max(turns, _most - places) + 1;
            _most = Math.Max(_most, next);
            return next;
        }
    }

    /// <summary>Whether the next activity that asks for these labels is this node's; where it is another's that one is taken to have it.</summary>
    public bool Takes(NodeLoad own, LabelSet runsOn)
    {
        lock (_gate)
        {
            if (First(own, runsOn) is not { } other)
            {
                return true;
            }

            (long, string) key = (other.Session, other.Activity.ToUpperInvariant());
            _others[key] = _others[key] with { Load = Next(other) };
            return false;
        }
    }

    /// <summary>How many activities that ask for these labels this node takes before it is another's turn, at most its free places.</summary>
    public int Allowance(NodeLoad own, LabelSet runsOn)
    {
        lock (_gate)
        {
            int count = 0;
            while (own.Taken < own.Places && First(own, runsOn) is null)
            {
                own = Next(own);
                count++;
            }

            return count;
        }
    }

    /// <summary>The node that goes before this one, or null: among equals it goes itself.</summary>
    private NodeLoad? First(NodeLoad own, LabelSet runsOn)
    {
        NodeLoad? first = null;
        foreach (Known other in _others.Values)
        {
            if (IsFresh(other) && other.Load.Taken < other.Load.Places && other.Load.Session != own.Session
                && string.Equals(other.Load.Activity, own.Activity, StringComparison.OrdinalIgnoreCase)
                && other.Load.Labels.Includes(runsOn) && Rank(other.Load) < Rank(first ?? own))
            {
                first = other.Load;
            }
        }

        return first;
    }

    private double Rank(NodeLoad load) => node.Options.Placement is ActivityPlacement.RoundRobin
        ? Math.Max(load.Turns, _most - load.Places)
        : (load.Taken + 1.0) / load.Places;

    private NodeLoad Next(NodeLoad load) => load with { Taken = load.Taken + 1, Turns = Math.Max(load.Turns, _most - load.Places) + 1 };

    private bool IsFresh(Known other) => BootClock.Now - other.At < node.Options.LeaseTime;

    private async Task TellAsync(IHubSignals to)
    {
        await Task.Yield();
        while (Interlocked.Exchange(ref _changed, 0) == 1 && !node.IsStopped)
        {
            // At once, so that a free place is known before what was done there has its consequences.
            foreach (ActivityQueue queue in _own)
            {
                to.TellLoad(queue.Load);
            }

            await Task.Delay(Interval * Math.Max(1, Count)).ConfigureAwait(false);
        }

        Volatile.Write(ref _telling, 0);
        if (Volatile.Read(ref _changed) == 1 && !node.IsStopped)
        {
            Changed();
        }
    }

    private readonly record struct Known(NodeLoad Load, TimeSpan At);
}
