using System.Collections.Concurrent;

namespace FuncExec.Ledger;

/// <summary>
/// Announces within this process that something of a job has changed. A hint: what is true stands in the ledger. Costs
/// nothing for a job that nobody watches.
/// </summary>
public sealed class JobSignals
{
    private readonly ConcurrentDictionary<string, Topic> _topics = new(StringComparer.Ordinal);

    /// <summary>Begins to watch a job; each watch sees every announcement made after this call.</summary>
    public JobWatch Watch(string jobId)
    {
        while (true)
        {
            Topic topic = _topics.GetOrAdd(jobId, static (id, owner) => new Topic(owner, id), this);
            if (topic.TryEnter())
            {
                return new JobWatch(topic);
            }
        }
    }

    /// <summary>Wakes those who watch a job.</summary>
    public void Announce(string jobId)
    {
        if (_topics.TryGetValue(jobId, out Topic? topic))
        {
            topic.Announce();
        }
    }

    /// <summary>The jobs that somebody watches, for a ledger that other processes change too.</summary>
    internal IReadOnlyCollection<string> Watched() => [.. _topics.Keys];

    /// <summary>A job that is watched.</summary>
    internal sealed class Topic(JobSignals owner, string jobId)
    {
        private readonly Lock _gate = new();
        private TaskCompletionSource _next = Fresh();
        private int _watchers;
        private bool _isClosed;

        public Task Next
        {
            get
            {
                lock (_gate)
                {
                    return _next.Task;
                }
            }
        }

        public bool TryEnter()
        {
            lock (_gate)
            {
                _watchers += _isClosed ? 0 : 1;
                return !_isClosed;
            }
        }

        public void Leave()
        {
            lock (_gate)
            {
                if (--_watchers == 0)
                {
                    _isClosed = true;
                    owner._topics.TryRemove(KeyValuePair.Create(jobId, this));
                }
            }
        }

        public void Announce()
        {
            TaskCompletionSource told;
            lock (_gate)
            {
                told = _next;
                _next = Fresh();
            }

            told.TrySetResult();
        }

        private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
