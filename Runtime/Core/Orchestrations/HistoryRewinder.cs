using FuncExec.Runtime.History;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Orchestrations;

/// <summary>An instance that cannot be taken back to before its end; the message says why.</summary>
internal sealed class CannotRewindException(string message) : InvalidOperationException(message);

/// <summary>
/// Takes a history back to before its end. Left out are the failures by which it ended: those whose leaving out changes no
/// decision but the end, which the code itself tells by running again. A failure that the code had dealt with stays. The
/// step that ended it is not kept: what it had received is received once more.
/// </summary>
internal sealed class HistoryRewinder
{
    /// <summary>How often a failure is put back because a later decision was made on it.</summary>
    private const int MostAttempts = 100;

    private readonly string _instanceId;
    private readonly OrchestratorRegistration _code;
    private readonly ExecutionSettings _settings;
    private readonly List<TurnRecord> _turns;

    /// <summary>The turn that holds the end, without it; null when the engine ended the instance in a turn of its own.</summary>
    private readonly TurnRecord? _last;

    private HistoryRewinder(string instanceId, OrchestratorRegistration code, IReadOnlyList<TurnRecord> turns, ExecutionSettings settings)
    {
        _instanceId = instanceId;
        _code = code;
        _settings = settings;
        _turns = [.. turns.SkipLast(1)];
        _last = turns[^1].Decided is [.., ExecutionCompleted { ByEngine: true }] ? null : turns[^1] with
        {
            Received = [.. turns[^1].Received.Where(static received => received is not (ExecutionTerminated or TreeTerminated))],
            Decided = [.. turns[^1].Decided.TakeWhile(static decided => decided is not ExecutionCompleted)],
        };
    }

    /// <summary>Takes a history back that ends with a failure or a termination.</summary>
    /// <exception cref="CannotRewindException">It cannot be; the message says why.</exception>
    public static RewoundHistory Rewind(
        string instanceId, OrchestratorRegistration code, IReadOnlyList<TurnRecord> turns, ExecutionSettings settings)
    {
        if (turns.Count < 2 || turns[^1].Decided is not [.., ExecutionCompleted])
        {
            throw new CannotRewindException($"The history of the instance '{instanceId}' has no end.");
        }

        Walk walk = new HistoryRewinder(instanceId, code, turns, settings).FindWalk();
        int nextId = turns.SelectMany(static turn => turn.Decided).Max(IdOf) + 1;
        return new RewoundHistory(walk.Turns, walk.Again, nextId);
    }

    private static int IdOf(DecidedEvent decided) => decided switch
    {
        TaskScheduled { Id: var id } => id,
        ChildScheduled { Id: var id } => id,
        TimerCreated { Id: var id } => id,
        EventSent { Id: var id } => id,
        EntityCalled { Id: var id } => id,
        EntitySignaled { Id: var id } => id,
        LocksRequested { Id: var id } => id,
        _ => -1,
    };

    private Walk FindWalk()
    {
        Walk walk = Run([]);
        if (walk.Misfit is not null)
        {
            throw Differs(walk);
        }

        List<ReceivedEvent> dropped = walk.Quiet;
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            walk = Run(dropped.ToHashSet<ReceivedEvent>(ReferenceEqualityComparer.Instance));
            if (walk.Misfit is not { } misfit)
            {
                return walk;
            }

            // A later decision was made on one of those left out: most likely the one before it.
            int last = dropped.FindLastIndex(failure => TurnOf(failure) <= misfit);
            if (last < 0)
            {
                throw Differs(walk);
            }

            dropped.RemoveAt(last);
        }

        throw Differs(walk);
    }

    private int TurnOf(ReceivedEvent failure)
    {
        int turn = _turns.FindIndex(turn => turn.Received.Any(received => ReferenceEquals(received, failure)));
        return turn < 0 ? _turns.Count : turn;
    }

    private CannotRewindException Differs(Walk walk) => new(
        $"The instance '{_instanceId}' cannot be rewound: its code does not decide in turn {walk.Misfit} as it did then. See docs/versioning.md.");

    /// <summary>Runs the history again without some failures, one received event at a time.</summary>
    private Walk Run(HashSet<ReceivedEvent> dropped)
    {
        var execution = new OrchestrationExecution(_instanceId, _code, _turns[0], _settings, static () => { });
        var walk = new Walk();
        walk.Turns.Add(_turns[0]);
        for (int number = 1; number < _turns.Count; number++)
        {
            TurnRecord turn = _turns[number];
            int matched = 0;
            foreach (List<ReceivedEvent> step in Steps(turn, dropped))
            {
                if (!TryStep(execution, turn, step, ref matched, walk))
                {
                    break;
                }
            }

            if (matched != turn.Decided.Count || execution.IsCompleted)
            {
                walk.Misfit = number;
                return walk;
            }

            List<ReceivedEvent> kept = [.. turn.Received.Where(received => !dropped.Contains(received))];
            walk.Turns.Add(kept.Count == turn.Received.Count ? turn : turn with { Received = kept });
        }

        RunLast(execution, dropped, walk);
        return walk;
    }

    /// <summary>The last turn: up to the step that ends, or that now decides otherwise.</summary>
    private void RunLast(OrchestrationExecution execution, HashSet<ReceivedEvent> dropped, Walk walk)
    {
        if (_last is null)
        {
            return;
        }

        int matched = 0;
        List<ReceivedEvent> kept = [];
        foreach (List<ReceivedEvent> step in Steps(_last, dropped))
        {
            if (walk.Again.Count == 0 && !walk.IsOver && TryStep(execution, _last, step, ref matched, walk))
            {
                kept.AddRange(step);
                continue;
            }

            walk.IsOver = true;
            walk.Again.AddRange(step);
            walk.Quiet.AddRange(step.Where(IsFailure));
        }

        if (kept.Count > 0 || matched > 0)
        {
            walk.Turns.Add(new TurnRecord(_last.At, kept, [.. _last.Decided.Take(matched)]));
        }
    }

    /// <summary>Runs one step; false when it ends the instance or decides otherwise than is stored.</summary>
    private static bool TryStep(OrchestrationExecution execution, TurnRecord turn, List<ReceivedEvent> step, ref int matched, Walk walk)
    {
        IReadOnlyList<DecidedEvent> found = execution.RunTurn(turn.At, step, replaying: true).Decided;
        if (execution.IsCompleted || matched + found.Count > turn.Decided.Count)
        {
            return false;
        }

        for (int i = 0; i < found.Count; i++)
        {
            if (!Replay.SameDecision(turn.Decided[matched + i], found[i]))
            {
                return false;
            }
        }

        matched += found.Count;
        if (found.Count == 0)
        {
            walk.Quiet.AddRange(step.Where(IsFailure));
        }

        return true;
    }

    /// <summary>What a turn applies one after the other: first what controls the instance, all at once; then each event.</summary>
    private static IEnumerable<List<ReceivedEvent>> Steps(TurnRecord turn, HashSet<ReceivedEvent> dropped)
    {
        yield return [.. turn.Received.Where(OrchestrationExecution.IsControl)];
        foreach (ReceivedEvent received in turn.Received)
        {
            if (!OrchestrationExecution.IsControl(received) && !dropped.Contains(received))
            {
                yield return [received];
            }
        }
    }

    private static bool IsFailure(ReceivedEvent received) => received is TaskFailed or ChildFailed;

    /// <summary>One run through the history.</summary>
    private sealed class Walk
    {
        /// <summary>The turns as they are kept.</summary>
        public List<TurnRecord> Turns { get; } = [];

        /// <summary>What the last step had received, and what came after it.</summary>
        public List<ReceivedEvent> Again { get; } = [];

        /// <summary>The failures upon which nothing was decided but perhaps the end.</summary>
        public List<ReceivedEvent> Quiet { get; } = [];

        /// <summary>True once the step that ends it has come.</summary>
        public bool IsOver { get; set; }

        /// <summary>The turn whose decisions are not those that are stored, or null.</summary>
        public int? Misfit { get; set; }
    }
}
