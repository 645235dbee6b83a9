using System.Collections.Concurrent;
using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Tasks;

/// <summary>The tasks that this node is about: at most one call at a time is about one task, and each can be told to end.</summary>
public sealed class RunningTasks
{
    private readonly ConcurrentDictionary<TaskKey, RunningTask> _tasks = new();

    private long _entered;

    /// <summary>How many calls there have been.</summary>
    public long Entered => Interlocked.Read(ref _entered);

    /// <summary>How many there are.</summary>
    public int Count => _tasks.Count;

    /// <summary>The jobs they are of, each once.</summary>
    public IReadOnlyCollection<string> Jobs => [.. _tasks.Keys.Select(static key => key.JobId).Distinct()];

    /// <summary>Waits until no other call is about the task; disposing of what it answers lets the next one in.</summary>
    public async Task<RunningTask> EnterAsync(TaskKey key, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _entered);
        RunningTask entry = new(this, key);
        while (!_tasks.TryAdd(key, entry))
        {
            if (_tasks.TryGetValue(key, out RunningTask? other))
            {
                await other.Left.WaitAsync(cancellationToken);
            }
        }

        return entry;
    }

    /// <summary>The same if no other call is about the task now, else null.</summary>
    internal RunningTask? TryEnter(TaskKey key)
    {
        RunningTask entry = new(this, key);
        return _tasks.TryAdd(key, entry) ? entry : null;
    }

    /// <summary>Whether a call here is about the task.</summary>
    public bool IsAbout(TaskKey key) => _tasks.ContainsKey(key);

    /// <summary>Waits until no call is about any task.</summary>
    public async Task WhenIdleAsync(CancellationToken cancellationToken)
    {
        while (_tasks.Values.FirstOrDefault() is { } task)
        {
            await task.Left.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Ends what runs of a job.</summary>
    public void Cancel(string jobId)
    {
        foreach ((TaskKey key, RunningTask task) in _tasks)
        {
            if (key.JobId == jobId)
            {
                task.Stop(StopReason.Job);
            }
        }
    }

    /// <summary>Ends all that runs: what it is about may be others' by now.</summary>
    public void CancelAll()
    {
        foreach (RunningTask task in _tasks.Values)
        {
            task.Stop(StopReason.NodeDead);
        }
    }

    internal void Leave(RunningTask task) => _tasks.TryRemove(KeyValuePair.Create(task.Key, task));
}
