using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>Tells those who wait for an instance that its status has changed, after the change is durable.</summary>
internal sealed class CompletionWaiters
{
    private readonly Dictionary<string, List<TaskCompletionSource<InstanceStatus>>> _waiters = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Begins to listen; the task ends at the next change of status.</summary>
    public Task<InstanceStatus> Listen(string instanceId)
    {
        var source = new TaskCompletionSource<InstanceStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiters)
        {
            if (!_waiters.TryGetValue(instanceId, out List<TaskCompletionSource<InstanceStatus>>? list))
            {
                _waiters[instanceId] = list = [];
            }

            list.Add(source);
            _count = _waiters.Count;
        }

        return source.Task;
    }

    /// <summary>Says that the status has changed.</summary>
    public void Notify(string instanceId, InstanceStatus status)
    {
        if (Volatile.Read(ref _count) == 0)
        {
            return;
        }

        List<TaskCompletionSource<InstanceStatus>>? list;
        lock (_waiters)
        {
            if (!_waiters.Remove(instanceId, out list))
            {
                return;
            }

            _count = _waiters.Count;
        }

        foreach (TaskCompletionSource<InstanceStatus> source in list)
        {
            source.TrySetResult(status);
        }
    }

    /// <summary>Forgets a wait that was given up.</summary>
    public void Forget(string instanceId, Task<InstanceStatus> wait)
    {
        lock (_waiters)
        {
            if (_waiters.TryGetValue(instanceId, out List<TaskCompletionSource<InstanceStatus>>? list)
                && list.RemoveAll(source => source.Task == wait) > 0
                && list.Count == 0)
            {
                _waiters.Remove(instanceId);
                _count = _waiters.Count;
            }
        }
    }
}
