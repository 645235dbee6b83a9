using System.Collections.Concurrent;

namespace FuncExec.Runtime.Engine;

/// <summary>Runs instances that have something to do on the thread pool, a bounded number at once, in the order in which they asked.</summary>
internal sealed class TurnScheduler(int maxWorkers) : IThreadPoolWorkItem
{
    /// <summary>Instances a worker runs before it lets other work of the pool pass.</summary>
    private const int RunsPerVisit = 32;

    private readonly ConcurrentQueue<Instance> _queue = new();
    private int _workers;

    /// <summary>Instances that wait for a turn.</summary>
    public int Backlog => _queue.Count;

    public void Enqueue(Instance instance)
    {
        _queue.Enqueue(instance);
        if (TryTakeWorker())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
    }

    /// <summary>A worker that never came back: its place is given to another.</summary>
    public void ReplaceWorker()
    {
        Interlocked.Decrement(ref _workers);
        if (!_queue.IsEmpty && TryTakeWorker())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (int runs = 0; runs < RunsPerVisit; runs++)
        {
            if (!_queue.TryDequeue(out Instance? instance))
            {
                Interlocked.Decrement(ref _workers);
                if (_queue.IsEmpty || !TryTakeWorker())
                {
                    return;
                }

                continue;
            }

            if (!instance.Run())
            {
                return; // The turn was abandoned and this worker replaced while it ran.
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private bool TryTakeWorker()
    {
        int workers = Volatile.Read(ref _workers);
        while (workers < maxWorkers)
        {
            int seen = Interlocked.CompareExchange(ref _workers, workers + 1, workers);
            if (seen == workers)
            {
                return true;
            }

            workers = seen;
        }

        return false;
    }
}
