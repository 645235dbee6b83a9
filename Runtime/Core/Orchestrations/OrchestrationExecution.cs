using FuncExec.Runtime.History;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Orchestrations;

/// <summary>
/// The live state of one generation of one instance: the author's running code and what it waits for. A turn is a
/// function of it and of the events received; live execution and replay go through the same <see cref="RunTurn"/>.
/// Used by one thread at a time.
/// </summary>
internal sealed class OrchestrationExecution
{
    private readonly OrchestratorRegistration _code;
    private readonly OrchestrationContext _context;
    private readonly OrchestrationScheduler _scheduler;
    private readonly ExecutionSettings _settings;
    private readonly Queue<ReceivedEvent> _held = new();
    private readonly Dictionary<int, OpenTask> _open = [];
    private List<DecidedEvent> _decided = [];
    private Task<object?>? _main;
    private ContinuedAsNew? _continueAsNew;
    private bool _suspended;
    private DateTime? _delayedUntil;
    private DateTime? _begunAt;
    private object? _customStatus;
    private bool _customStatusSet;
    private int _nextId;

    public OrchestrationExecution(
        string instanceId, OrchestratorRegistration code, TurnRecord firstTurn, ExecutionSettings settings, Action onForeign)
    {
        Start = firstTurn.Received.OfType<ExecutionStarted>().First();
        InstanceId = instanceId;
        _code = code;
        _settings = settings;
        _scheduler = new OrchestrationScheduler(onForeign);
        Events = new ExternalEvents(settings.Converter);
        Entities = new EntityFeature(this, settings);
        _context = new OrchestrationContext(this, settings);
        foreach (EventRaised carried in firstTurn.Received.OfType<EventRaised>())
        {
            Events.Raise(carried.Name, carried.Input);
        }

        _delayedUntil = firstTurn.Received.OfType<StartDelayed>().FirstOrDefault()?.Until;
        EventCount = firstTurn.Received.Count;
        At = firstTurn.At;
    }

    public string InstanceId { get; }

    /// <summary>What the instance is.</summary>
    public ExecutionStarted Start { get; }

    /// <summary>The present turn's time, UTC.</summary>
    public DateTime At { get; private set; }

    /// <summary>True while turns of the past are run again.</summary>
    public bool IsReplaying { get; private set; }

    /// <summary>When the code began, UTC; the present turn's time until it has.</summary>
    public DateTime BegunAt => _begunAt ?? At;

    /// <summary>Events received and decided in this generation.</summary>
    public int EventCount { get; private set; }

    /// <summary>True once the generation has ended.</summary>
    public bool IsCompleted { get; private set; }

    /// <summary>The status between turns.</summary>
    public InstanceStatus Status =>
        _suspended ? InstanceStatus.Suspended : IsDelayed ? InstanceStatus.Pending : InstanceStatus.Running;

    /// <summary>True until the time has come at which the code may begin.</summary>
    public bool IsDelayed => _delayedUntil is not null;

    /// <summary>The author's face of this execution.</summary>
    public TaskOrchestrationContext Context => _context;

    /// <summary>The external events of this generation.</summary>
    public ExternalEvents Events { get; }

    /// <summary>The entities as this generation works with them.</summary>
    public EntityFeature Entities { get; }

    /// <summary>True when the event would change something: what it names is open. Events that are not are dropped.</summary>
    public bool Accepts(ReceivedEvent received) => received switch
    {
        TaskCompleted { Id: var id } => IsOpenCall(id, isChild: false),
        TaskFailed { Id: var id } => IsOpenCall(id, isChild: false),
        ChildCompleted { Id: var id } => IsOpenCall(id, isChild: true),
        ChildFailed { Id: var id } => IsOpenCall(id, isChild: true),
        TimerFired { Id: var id } => FindTimer(id) is not null,
        EntityAnswered { Id: var id } => _open.TryGetValue(id, out OpenTask? open) && open is OpenEntityCall,
        EntityFailed { Id: var id } => _open.TryGetValue(id, out OpenTask? open) && open is OpenEntityCall,
        LocksGranted { Id: var id } => _open.TryGetValue(id, out OpenTask? open) && open is OpenLock,
        TreeTerminated { Parent: { } parent } => parent == Start.Parent,
        _ => true,
    };

    /// <summary>True for what takes effect at the beginning of the turn that received it.</summary>
    public static bool IsControl(ReceivedEvent received) =>
        received is ExecutionSuspended or ExecutionResumed or ExecutionTerminated or TreeTerminated or ExecutionRewound;

    /// <summary>When the open timer of that id is due, or null.</summary>
    public DateTime? FindTimer(int id) => id == StartDelayed.TimerId ? _delayedUntil : _open.TryGetValue(id, out OpenTask? open) && open is OpenTimer timer ? timer.FireAt : null;

    /// <summary>What is waited for under that id, or null.</summary>
    public OpenTask? FindOpen(int id) => _open.GetValueOrDefault(id);

    /// <summary>The open timers.</summary>
    public IEnumerable<(int Id, DateTime FireAt)> OpenTimers() =>
        _open.Where(pair => pair.Value is OpenTimer).Select(pair => (pair.Key, ((OpenTimer)pair.Value).FireAt))
            .Concat(_delayedUntil is { } until ? [(StartDelayed.TimerId, until)] : []);

    /// <summary>The open children.</summary>
    public IEnumerable<(int Id, string InstanceId)> OpenChildren() =>
        _open.Where(pair => pair.Value is OpenCall { ChildId: not null }).Select(pair => (pair.Key, ((OpenCall)pair.Value).ChildId!));

    /// <summary>
    /// The external events that the code has not seen: those it never waited for, unless it asked to drop them, and
    /// those that came in the turn in which it ended.
    /// </summary>
    public IEnumerable<EventRaised> UnseenEvents(bool preserve) =>
        (preserve ? Events.Unread().Select(unread => new EventRaised(unread.Name, unread.Input)) : [])
        .Concat(_held.OfType<EventRaised>());

    /// <summary>Runs one turn on this thread.</summary>
    public TurnResult RunTurn(DateTime at, IReadOnlyList<ReceivedEvent> received, bool replaying)
    {
        At = at;
        IsReplaying = replaying;
        _decided = [];
        _customStatusSet = false;
        _scheduler.RunTurn(() =>
        {
            ApplyControl(received);
            if (!IsCompleted)
            {
                ApplyOthers(received);
            }
        });

        string? customStatus = _customStatusSet ? SerializeCustomStatus() : null;
        EventCount += received.Count + _decided.Count;
        return new TurnResult(_decided, customStatus, _customStatusSet);
    }

    // ---- What the context calls, on the turn's thread. ----

    public void EnsureOnTurn()
    {
        if (!_scheduler.IsOnTurn)
        {
            throw new InvalidOperationException(ForeignAwait.Message(Start.Name));
        }
    }

    public int NextId() => _nextId++;

    public void Decide(DecidedEvent decision)
    {
        if (EventCount + _decided.Count >= _settings.MaxHistoryEvents)
        {
            throw new InvalidOperationException(
                $"The history of '{InstanceId}' has reached {_settings.MaxHistoryEvents} events. Use ContinueAsNew or sub-orchestrations to keep histories short.");
        }

        _decided.Add(decision);
    }

    /// <summary>Waits for what was just decided.</summary>
    public void Open(int id, OpenTask task)
    {
        if (Start.Trace is not null)
        {
            task.OpenedAt = At;
            task.Decision = _decided[^1];
        }

        _open.Add(id, task);
    }

    public void CancelTimer(int id, CancellationToken cancellationToken)
    {
        if (_open.Remove(id, out OpenTask? open) && open is OpenTimer timer)
        {
            if (_scheduler.IsOnTurn)
            {
                Decide(new TimerCancelled(id, timer.FireAt));
            }

            timer.Cancel(cancellationToken);
        }
    }

    public void SetCustomStatus(object? status)
    {
        _customStatus = status;
        _customStatusSet = true;
    }

    public void ContinueAsNew(ContinuedAsNew next) => _continueAsNew = next;

    // ---- Apply: the same for live turns and for replay. ----

    /// <summary>Suspend, resume, terminate and rewind take effect at the beginning of the turn that received them.</summary>
    private void ApplyControl(IReadOnlyList<ReceivedEvent> received)
    {
        foreach (ReceivedEvent control in received)
        {
            switch (control)
            {
                case ExecutionTerminated terminated:
                    Complete(new ExecutionCompleted(InstanceStatus.Terminated, terminated.Output, null, ByEngine: false));
                    return;
                case TreeTerminated terminated:
                    Complete(new ExecutionCompleted(InstanceStatus.Terminated, terminated.Output, null, ByEngine: false));
                    return;
                case ExecutionSuspended:
                    _suspended = true;
                    break;
                case ExecutionResumed:
                    _suspended = false;
                    break;
                case ExecutionRewound rewound:
                    _nextId = Math.Max(_nextId, rewound.NextId);
                    break;
            }
        }
    }

    private void ApplyOthers(IReadOnlyList<ReceivedEvent> received)
    {
        foreach (ReceivedEvent other in received)
        {
            if (other is TimerFired { Id: StartDelayed.TimerId })
            {
                _delayedUntil = null;
            }
            else if (!IsControl(other))
            {
                _held.Enqueue(other);
            }
        }

        if (_suspended || IsDelayed)
        {
            return;
        }

        if (_main is null)
        {
            StartMain();
        }

        while (!IsCompleted && _held.TryDequeue(out ReceivedEvent? next))
        {
            Apply(next);
            AfterStep();
        }
    }

    private void StartMain()
    {
        _begunAt = At;
        _main = RunCodeAsync();
        AfterStep();
    }

    /// <summary>Its end, too, goes through the scheduler: code that leaves the turn for good is reported, and never seen to end.</summary>
#pragma warning disable CA2007 // It must come back to the orchestration's scheduler.
    private async Task<object?> RunCodeAsync() => await _code.Run(_context);
#pragma warning restore CA2007

    private void Apply(ReceivedEvent received)
    {
        switch (received)
        {
            case TaskCompleted completed when _open.Remove(completed.Id, out OpenTask? task):
                task.Complete(completed.Result);
                break;
            case TaskFailed failed when _open.Remove(failed.Id, out OpenTask? task):
                task.Fail(failed.Failure);
                break;
            case ChildCompleted completed when _open.Remove(completed.Id, out OpenTask? task):
                task.Complete(completed.Result);
                break;
            case ChildFailed failed when _open.Remove(failed.Id, out OpenTask? task):
                task.Fail(failed.Failure);
                break;
            case EntityAnswered answered when _open.Remove(answered.Id, out OpenTask? task):
                task.Complete(answered.Result);
                break;
            case EntityFailed failed when _open.Remove(failed.Id, out OpenTask? task):
                task.Fail(failed.Failure);
                break;
            case LocksGranted granted when _open.Remove(granted.Id, out OpenTask? task):
                task.Complete(null);
                break;
            case TimerFired fired when _open.Remove(fired.Id, out OpenTask? task):
                task.Complete(null);
                break;
            case EventRaised raised:
                Events.Raise(raised.Name, raised.Input);
                break;
        }
    }

    private void AfterStep()
    {
        _scheduler.RunDeferred();
        if (!_main!.IsCompleted)
        {
            return;
        }

        if (_main.IsCompletedSuccessfully && _continueAsNew is { } next)
        {
            IsCompleted = true;
            ReleaseLocks();
            _decided.Add(next);
            return;
        }

        Complete(EndOf(_main));
    }

    private ExecutionCompleted EndOf(Task<object?> main)
    {
        if (!main.IsCompletedSuccessfully)
        {
            Exception exception = main.Exception?.InnerException ?? new TaskCanceledException(main);
            return new ExecutionCompleted(InstanceStatus.Failed, null, FailureData.From(exception), ByEngine: false);
        }

        try
        {
            string? output = _settings.Serialize(main.Result, $"The output of '{Start.Name}'");
            return new ExecutionCompleted(InstanceStatus.Completed, output, null, ByEngine: false);
        }
        catch (Exception exception) // The author's converter and types: whatever they throw fails the instance.
        {
            return new ExecutionCompleted(InstanceStatus.Failed, null, FailureData.From(exception), ByEngine: false);
        }
    }

    private void Complete(ExecutionCompleted end)
    {
        IsCompleted = true;
        ReleaseLocks();
        _decided.Add(end);
    }

    /// <summary>Nobody else would: the code has left its section without disposing of it, or is not asked any more.</summary>
    private void ReleaseLocks()
    {
        if (Entities.Locks is { } locks)
        {
            _decided.Add(locks);
        }
    }

    /// <summary>Serializes the custom status; one that does not serialize fails the instance.</summary>
    private string? SerializeCustomStatus()
    {
        try
        {
            return _settings.Serialize(_customStatus, $"The custom status of '{Start.Name}'");
        }
        catch (Exception exception) // As above.
        {
            if (!IsCompleted)
            {
                Complete(new ExecutionCompleted(InstanceStatus.Failed, null, FailureData.From(exception), ByEngine: false));
            }

            return null;
        }
    }

    private bool IsOpenCall(int id, bool isChild) =>
        _open.TryGetValue(id, out OpenTask? open) && open is OpenCall call && call.ChildId is not null == isChild;
}
