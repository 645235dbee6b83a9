using FuncExec.Runtime.History;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Orchestrations;

namespace FuncExec.Runtime.Engine;

/// <summary>Takes an instance that has failed, or was terminated, back to before its end and lets it go on.</summary>
internal static class InstanceRewinder
{
    /// <summary>Rewinds an instance; false when it has changed meanwhile.</summary>
    /// <exception cref="CannotRewindException">It cannot be rewound; the message says why.</exception>
    public static async Task<bool> TryRewindAsync(
        EngineNode node, InstanceRecord instance, string? reason, CancellationToken cancellationToken)
    {
        if (!node.Registry.TryGetOrchestrator(instance.Name, out OrchestratorRegistration? code))
        {
            throw new CannotRewindException(UnknownFunction.Message("orchestrator", instance.Name, node.Registry.Orchestrators));
        }

        List<TurnRecord> turns = await InstanceLoader.ReadAllTurnsAsync(node, instance, cancellationToken).ConfigureAwait(false);

        if (turns.Count != instance.Version)
        {
            return false;
        }

        // The author's code runs: on no thread of the caller's.
        RewoundHistory rewound = await Task.Run(
            () => HistoryRewinder.Rewind(instance.InstanceId, code, turns, node.Execution), cancellationToken).ConfigureAwait(false);
        if (rewound.LostEntity() is { } entity)
        {
            throw new CannotRewindException(
                $"The instance '{instance.InstanceId}' cannot be rewound: it waits for the entity '{entity}' or had locked it, which ended with the instance.");
        }

        if (await node.Hub.ReviveInstanceAsync(ToRevival(node, instance, turns, rewound, reason), cancellationToken).ConfigureAwait(false)
            != ReviveOutcome.Revived)
        {
            return false;
        }

        node.Activities.MoreAvailable();
        node.Instances.Deliver(instance.InstanceId, Incoming.Wake);
        return true;
    }

    private static Revival ToRevival(
        EngineNode node, InstanceRecord instance, List<TurnRecord> turns, RewoundHistory rewound, string? reason)
    {
        var changed = new Dictionary<long, ReadOnlyMemory<byte>>();
        for (int i = 0; i < rewound.Turns.Count; i++)
        {
            if (!ReferenceEquals(turns[i], rewound.Turns[i]))
            {
                changed.Add(i, HistoryFormat.Encode(rewound.Turns[i]));
            }
        }

        TraceLink? trace = turns[0].Received.OfType<ExecutionStarted>().First().Trace;
        IEnumerable<ReceivedEvent> messages = [new ExecutionRewound(reason, rewound.NextId), .. rewound.Again];
        return new Revival
        {
            InstanceKey = instance.Key,
            ExpectedVersion = instance.Version,
            ExpectedUpdatedAt = instance.UpdatedAt,
            Version = rewound.Turns.Count,
            ChangedTurns = changed,
            Status = rewound.Status,
            At = node.Now,
            Timers = [.. rewound.OpenTimers().Select(timer => TimerKeys.Of(instance.Key, timer.Id, timer.FireAt))],
            Activities = [.. rewound.OpenActivities().Select(task => TurnPlan.ToActivity(task, trace, instance.Generation))],
            Messages = [.. messages.Select(HistoryFormat.Encode)],
        };
    }
}
