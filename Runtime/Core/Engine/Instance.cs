using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>
/// One instance on this node: a mailbox, and at most one turn at a time. What a turn does is in
/// <see cref="InstanceTurn"/>; here is who may run it and when.
/// </summary>
internal sealed class Instance(string id, EngineNode node)
{
    /// <summary>Failures in a row, other than the store's, after which the instance is failed.</summary>
    private const int MaxFailures = 5;

    [ThreadStatic]
    private static bool s_onWorker;

    [ThreadStatic]
    private static bool s_abandoned;

    private readonly Lock _gate = new();
    private List<Incoming> _mailbox = [];
    private List<Incoming>? _inHand;
    private LiveInstance? _live;
    private bool _busy;
    private bool _removed;
    private bool _forget;
    private volatile bool _finished;
    private int _epoch;
    private FailureData? _poison;
    private int _failures;

    public string Id { get; } = id;

    /// <summary>Whether it is an entity: its id says so, and no orchestration's may.</summary>
    private bool IsEntity => Id.StartsWith('@');

    /// <summary>Its place among the idle ones, owned by the directory.</summary>
    public LinkedListNode<Instance>? IdlePlace { get; set; }

    /// <summary>True on a thread that runs as a worker of the turn scheduler.</summary>
    public static bool OnWorker => s_onWorker;

    public bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                return _busy;
            }
        }
    }

    /// <summary>True while it is certain that the instance has not finished and that its end will be told.</summary>
    public bool WillTellItsEnd
    {
        get
        {
            lock (_gate)
            {
                return !_removed && !_finished && _live is not null;
            }
        }
    }

    /// <summary>True when something has come during the present turn.</summary>
    public bool HasMail
    {
        get
        {
            lock (_gate)
            {
                return _mailbox.Count > 0;
            }
        }
    }

    /// <summary>Called before the end is told.</summary>
    public void MarkFinished() => _finished = true;

    /// <summary>Puts something into the mailbox; false when this object has been retired and another one must be asked.</summary>
    public bool TryPost(Incoming incoming)
    {
        lock (_gate)
        {
            if (_removed)
            {
                return false;
            }

            if (incoming.IsWake && _busy && _mailbox.Exists(static waiting => waiting.IsWake))
            {
                return true; // One look into the inbox serves them all.
            }

            _mailbox.Add(incoming);
            if (_busy)
            {
                return true;
            }

            _busy = true;
        }

        node.Instances.Turns.Enqueue(this);
        return true;
    }

    /// <summary>Begins a new instance; false when this object is in use.</summary>
    public bool TryStart(InstanceLease lease, Guid generation, DateTimeOffset createdAt, TurnRecord firstTurn)
    {
        LiveState live = InstanceLoader.Begin(node, lease, generation, createdAt, firstTurn, out FailureData? poison);
        lock (_gate)
        {
            if (_removed || _busy || _live is not null || _mailbox.Count > 0)
            {
                return false;
            }

            _live = live;
            _poison = poison;
            _busy = true;
            _finished = false;
        }

        node.Instances.Turns.Enqueue(this);
        return true;
    }

    /// <summary>Runs on a worker until the first wait; false when the turn was abandoned meanwhile.</summary>
    public bool Run()
    {
        s_onWorker = true;
        s_abandoned = false;
        Task run = RunAsync();
        s_onWorker = false;
        if (run.IsFaulted)
        {
            node.Log.InstanceLoopFailed(Id, run.Exception!.InnerException!);
        }

        return !s_abandoned;
    }

    /// <summary>The watch gives up the turn that runs now: another run takes over and fails the instance.</summary>
    public void Abandon(string reason)
    {
        lock (_gate)
        {
            _epoch++;
            _live = null;
            _poison = new FailureData(typeof(TimeoutException).FullName!, reason, null, null);
            _mailbox.InsertRange(0, _inHand ?? []);
            _inHand = null;
        }

        node.Instances.Turns.Enqueue(this);
    }

    /// <summary>Drops the live state, before the next turn when one runs now.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _forget = true;
            if (_busy)
            {
                return;
            }
        }

        TryRetire();
    }

    /// <summary>Drops an idle instance from memory.</summary>
    public void TryRetire()
    {
        lock (_gate)
        {
            if (_busy || _removed)
            {
                return;
            }

            _live = null;
            _removed = true;
        }

        node.Instances.Remove(this);
    }

    private async Task RunAsync()
    {
        int epoch;
        List<Incoming> batch;
        LiveInstance? live;
        FailureData? poison;
        lock (_gate)
        {
            epoch = _epoch;
            batch = TakeBatch();
            _inHand = batch;
            if (_forget)
            {
                _live = null;
                _forget = false;
            }

            live = _live;
            poison = _poison;
        }

        TurnStep step;
        try
        {
            step = IsEntity
                ? await new EntityTurn(node, Id, poison).RunAsync((LiveEntity?)live, batch).ConfigureAwait(false)
                : await new InstanceTurn(node, this, poison, isRetry: _failures > 0).RunAsync((LiveState?)live, batch).ConfigureAwait(false);
            _failures = step.Failed ? _failures + 1 : 0;
        }
        catch (HubUnavailableException exception)
        {
            node.Log.HubUnavailable(Id, exception.Message);
            node.Recovery.Request();
            step = TurnStep.Retry(batch);
            _failures++;
        }
        catch (Exception exception) // The store refuses this turn, or an engine defect: neither may spin or stop the others.
        {
            node.Log.TurnRejected(Id, exception);
            if (exception is HubRejectedException || _failures >= MaxFailures)
            {
                Poison(exception);
            }

            step = TurnStep.Retry(batch);
            _failures++;
        }

        if (step.Abandoned)
        {
            s_abandoned = true;
            return;
        }

        if (_failures > 0)
        {
            await BackOffAsync().ConfigureAwait(false);
        }

        Finish(epoch, step);
    }

    private void Finish(int epoch, TurnStep step)
    {
        bool again;
        bool retire = false;
        lock (_gate)
        {
            if (epoch != _epoch)
            {
                return;
            }

            _inHand = null;
            _live = step.Live;
            if (step.Ended || step.Recovered)
            {
                _poison = null;
            }

            if (step.Retained is { Count: > 0 } retained)
            {
                _mailbox.InsertRange(0, retained);
            }

            bool unfinished = step.Failed || step.Live is { IsUnbegun: true } || _poison is not null && !step.Ended;
            again = !node.IsStopped && (_mailbox.Count > 0 || unfinished);
            _busy = again;
            if (!again && _live is null)
            {
                _removed = retire = true;
            }
        }

        if (again)
        {
            node.Instances.Turns.Enqueue(this);
        }
        else if (retire)
        {
            node.Instances.Remove(this);
        }
        else
        {
            node.Instances.BecameIdle(this);
        }
    }

    private void Poison(Exception exception)
    {
        lock (_gate)
        {
            _poison ??= FailureData.From(exception);
        }
    }

    private List<Incoming> TakeBatch()
    {
        int count = InstanceTurn.BatchLength(_mailbox);
        if (count == _mailbox.Count)
        {
            List<Incoming> all = _mailbox;
            _mailbox = [];
            return all;
        }

        List<Incoming> batch = _mailbox.GetRange(0, count);
        _mailbox.RemoveRange(0, count);
        return batch;
    }

    private async Task BackOffAsync()
    {
        // With jitter: what failed together, since the hub was away, does not ask again together.
        double most = Math.Min(5_000, 10 * Math.Pow(2, Math.Min(_failures, 10)));
        TimeSpan delay = TimeSpan.FromMilliseconds(most * (0.5 + (Random.Shared.NextDouble() / 2)));
        await Task.Delay(delay, TimeProvider.System).ConfigureAwait(false);
    }
}
