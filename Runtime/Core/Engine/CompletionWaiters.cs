using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>An instance as a commit left it.</summary>
/// <param name="Record">What is stored.</param>
/// <param name="Input">The input of its present generation.</param>
internal sealed record InstanceSnapshot(InstanceRecord Record, string? Input);

/// <summary>Tells those who wait for an instance that its status has changed, after the change is durable.</summary>
internal sealed class CompletionWaiters
{
    private readonly Dictionary<string, List<TaskCompletionSource<InstanceSnapshot?>>> _waiters = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Begins to listen; the task ends at the next change of status, with null when that must be read from the store.</summary>
    public Task<InstanceSnapshot?> Listen(string instanceId)
    {
        var source = new TaskCompletionSource<InstanceSnapshot?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiters)
        {
            if (!_waiters.TryGetValue(instanceId, out List<TaskCompletionSource<InstanceSnapshot?>>? list))
            {
                _waiters[instanceId] = list = [];
            }

            list.Add(source);
            _count = _waiters.Count;
        }

        return source.Task;
    }

    /// <summary>True when somebody waits for anything.</summary>
    public bool Any => Volatile.Read(ref _count) != 0;

    /// <summary>Says that the status has changed; what is said is asked for once it is settled who is told.</summary>
    public void Notify(string instanceId, Func<InstanceSnapshot?> snapshot)
    {
        List<TaskCompletionSource<InstanceSnapshot?>>? list;
        lock (_waiters)
        {
            if (!_waiters.Remove(instanceId, out list))
            {
                return;
            }

            _count = _waiters.Count;
        }

        InstanceSnapshot? told = snapshot();
        foreach (TaskCompletionSource<InstanceSnapshot?> source in list)
        {
            source.TrySetResult(told);
        }
    }

    /// <summary>Says that any status may have changed: all look into the store.</summary>
    public void NotifyAll()
    {
        TaskCompletionSource<InstanceSnapshot?>[] all;
        lock (_waiters)
        {
            all = [.. _waiters.Values.SelectMany(static list => list)];
            _waiters.Clear();
            _count = 0;
        }

        foreach (TaskCompletionSource<InstanceSnapshot?> source in all)
        {
            source.TrySetResult(null);
        }
    }

    /// <summary>Forgets a wait that was given up.</summary>
    public void Forget(string instanceId, Task<InstanceSnapshot?> wait)
    {
        lock (_waiters)
        {
            if (_waiters.TryGetValue(instanceId, out List<TaskCompletionSource<InstanceSnapshot?>>? list)
                && list.RemoveAll(source => source.Task == wait) > 0
                && list.Count == 0)
            {
                _waiters.Remove(instanceId);
                _count = _waiters.Count;
            }
        }
    }
}
