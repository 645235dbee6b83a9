using System.Collections.Concurrent;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Orchestrations;

namespace FuncExec.Runtime.Engine;

/// <summary>
/// What this node leaves to others that share the hub: instances of orchestrators and entities that its build does not have, or of
/// versions that it does not run, and what it cannot read. Another build, older or newer, may have written it.
/// </summary>
/// <remarks>
/// A lease is given back as soon as the node sees what it is of, and the others are told. What was left is remembered for a while, so
/// that two nodes that both do not know it do not hand it to and fro: by then it is asked for again, whatever it has become.
/// </remarks>
internal sealed class LeftToOthers(EngineNode node)
{
    /// <summary>How many are remembered: more than can be left in that time.</summary>
    private const int Most = 100_000;

    private static readonly long s_memory = (long)TimeSpan.FromMinutes(1).TotalMilliseconds;

    private readonly ConcurrentDictionary<string, long> _left = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _told = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether there may be others. By itself a node fails what it does not have.</summary>
    public bool HasOthers => !node.Session.Session.SingleNode;

    /// <summary>Whether an instance with something to do, which nobody holds, is one to ask for.</summary>
    public bool Takes(ReadyInstance instance) => !Has(instance.Id) && (!HasOthers || Knows(instance.Name));

    /// <summary>Whether an activity is one that this build has, or fails for not having it.</summary>
    public bool TakesActivity(string name)
    {
        if (!HasOthers || node.Registry.TryGetActivity(name, out _))
        {
            return true;
        }

        TellFunction("activity", name);
        return false;
    }

    /// <summary>Whether an instance was left a short while ago.</summary>
    public bool Has(string instanceId) =>
        !_left.IsEmpty && _left.TryGetValue(instanceId, out long at) && Environment.TickCount64 - at < s_memory;

    /// <summary>It has changed: whoever takes it next may find something else.</summary>
    public void Forget(string instanceId)
    {
        if (!_left.IsEmpty)
        {
            _left.TryRemove(instanceId, out _);
        }
    }

    /// <summary>What was left is asked for again.</summary>
    public void ForgetAll() => _left.Clear();

    /// <summary>Why an orchestration is left to others; null when this node runs it, or fails it.</summary>
    public FailureData? ReasonOf(ExecutionStarted start) =>
        UnknownOf(start.Name) ?? (node.Versions.Rejects ? node.Versions.MismatchOf(start) : null);

    /// <summary>Why an orchestrator's instances are left to others; null when they are not.</summary>
    public FailureData? UnknownOf(string orchestrator) => HasOthers && !node.Registry.TryGetOrchestrator(orchestrator, out _)
        ? UnknownFunction.Orchestrator(orchestrator, node.Registry.Orchestrators)
        : null;

    /// <summary>Gives an instance back, if it is held. Where nobody else could take it, it stays as it is.</summary>
    public async ValueTask LeaveAsync(string instanceId)
    {
        if (HasOthers)
        {
            MakeRoom();

            // Before the others hear of it: what they answer is not to be taken for something new.
            _left[instanceId] = Environment.TickCount64;
            await node.Hub.ReleaseInstanceAsync(instanceId, node.Session.Id, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Says once that an instance is not run here; of an orchestrator that this build lacks, once for all of them.</summary>
    public void TellInstance(string instanceId, string orchestrator, FailureData reason)
    {
        if (!node.Registry.TryGetOrchestrator(orchestrator, out _))
        {
            TellFunction("orchestrator", orchestrator);
        }
        else if (IsNew(instanceId))
        {
            node.Log.VersionRejected(instanceId, reason.Message);
        }
    }

    /// <summary>Says once that a function's work is not done here.</summary>
    public void TellFunction(string kind, string name)
    {
        if (IsNew($"{kind} {name}"))
        {
            node.Log.FunctionLeft(kind, name);
        }
    }

    private void MakeRoom()
    {
        if (_left.Count < Most)
        {
            return;
        }

        foreach (string old in _left.Keys.Where(id => !Has(id)))
        {
            _left.TryRemove(old, out _);
        }

        if (_left.Count >= Most)
        {
            _left.Clear();
        }
    }

    private bool Knows(string name) => name.StartsWith(EntityMessages.Mark)
        ? node.Registry.TryGetEntity(name[1..], out _)
        : node.Registry.TryGetOrchestrator(name, out _);

    private bool IsNew(string what)
    {
        if (_told.Count >= Most)
        {
            _told.Clear();
        }

        return _told.TryAdd(what, 0);
    }
}
