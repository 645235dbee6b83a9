using System.Diagnostics;
using System.Text.Json;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Orchestrations;
using FuncExec.Runtime.Tracing;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Engine;

/// <summary>The outcome of loading an instance.</summary>
internal abstract record LoadOutcome
{
    private LoadOutcome() { }

    /// <summary>Here it is. <paramref name="Poison"/> is why its next turn must fail it, or null.</summary>
    public sealed record Loaded(LiveState Live, IReadOnlyList<Incoming> Messages, FailureData? Poison) : LoadOutcome;

    /// <summary>It has finished, is gone, or is another node's.</summary>
    public sealed record NotOurs : LoadOutcome;

    /// <summary>The author's code took too long over a turn of the past; another run has taken over.</summary>
    public sealed record GivenUp : LoadOutcome;

    /// <summary>It is of an orchestrator, or a version, that this node leaves to others.</summary>
    public sealed record Rejected(string Orchestrator, FailureData Reason) : LoadOutcome;

    /// <summary>What is stored cannot be read by this version; it was logged, and the instance is left to others.</summary>
    public sealed record Unreadable : LoadOutcome;
}

/// <summary>Leases an instance and rebuilds its live state from its history.</summary>
internal static class InstanceLoader
{
    private const int TurnsPerPage = 2_000;

    /// <summary>The live state of an instance that was just created here.</summary>
    public static LiveState Begin(
        EngineNode node,
        InstanceLease lease,
        Guid generation,
        DateTimeOffset createdAt,
        TurnRecord firstTurn,
        out FailureData? poison)
    {
        OrchestrationExecution execution = Build(node, lease.InstanceId, generation, firstTurn, out poison);
        return new LiveState { Lease = lease, Execution = execution, Generation = generation, CreatedAt = createdAt, Version = 1 };
    }

    /// <summary>The execution that follows a <c>ContinueAsNew</c>.</summary>
    public static OrchestrationExecution Next(EngineNode node, string instanceId, Guid generation, TurnRecord firstTurn) =>
        Build(node, instanceId, generation, firstTurn, out _);

    /// <summary>Leases an instance and reads its inbox; what is live already stays so, where it is what is stored.</summary>
    public static async Task<LoadOutcome> LoadAsync(
        EngineNode node, Instance instance, LiveState? live, FailureData? poison, CancellationToken cancellationToken)
    {
        LeaseInstanceOutcome outcome = await node.Hub
            .LeaseInstanceAsync(instance.Id, node.Session.Id, cancellationToken).ConfigureAwait(false);
        if (outcome is not LeaseInstanceOutcome.Leased { Instance: var leased })
        {
            return new LoadOutcome.NotOurs();
        }

        try
        {
            if (live is not null && live.Lease == leased.Lease && live.Version == leased.Record.Version && live.Generation == leased.Record.Generation)
            {
                return WithInbox(live, leased, poison);
            }

            return await RebuildAsync(node, instance, leased, poison, cancellationToken).ConfigureAwait(false);
        }
        catch (JsonException exception)
        {
            node.Log.HistoryUnreadable(instance.Id, exception);
            return new LoadOutcome.Unreadable();
        }
    }

    /// <summary>Runs a stored history again from the beginning, apart from any live state.</summary>
    public static async Task ReplayAsync(EngineNode node, LiveState live, long version, CancellationToken cancellationToken)
    {
        OrchestrationExecution? shadow = null;
        await foreach ((TurnRecord turn, long number) in ReadTurnsAsync(node, live.Lease.InstanceKey, version, cancellationToken).ConfigureAwait(false))
        {
            if (shadow is null)
            {
                shadow = Build(node, live.Lease.InstanceId, generation: null, turn, out _);
            }
            else
            {
                Replay.Run(shadow, turn, number);
            }
        }
    }

    private static async Task<LoadOutcome> RebuildAsync(
        EngineNode node, Instance instance, LeasedInstance leased, FailureData? poison, CancellationToken cancellationToken)
    {
        // Who was terminated needs no code to end by.
        if (node.Left.UnknownOf(leased.Record.Name) is { } stranger && !leased.Messages.Any(IsTermination))
        {
            return new LoadOutcome.Rejected(leased.Record.Name, stranger);
        }

        LiveState? live = null;
        bool isGivenUp = false;
        await foreach ((TurnRecord turn, long number) in
            ReadTurnsAsync(node, leased.Lease.InstanceKey, leased.Record.Version, cancellationToken).ConfigureAwait(false))
        {
            if (live is null)
            {
                live = Begin(node, leased.Lease, leased.Record.Generation, leased.Record.CreatedAt, turn, out FailureData? unknown);
                if (node.Versions.MismatchOf(live.Execution.Start) is { } mismatch)
                {
                    // Before the code runs: it may not be the code that has decided what is stored.
                    if (node.Versions.Rejects)
                    {
                        return new LoadOutcome.Rejected(leased.Record.Name, mismatch);
                    }

                    unknown = mismatch;
                }

                poison ??= unknown;
                continue;
            }

            live.Version = number + 1;
            if (poison is not null)
            {
                continue;
            }

            RunningTurn watch = node.TurnWatch.Begin(instance, Instance.OnWorker);
            try
            {
                using Activity? current = TurnSpans.Enter(live); // What goes on later goes on in it.
                Replay.Run(live.Execution, turn, number);
            }
            catch (NonDeterministicOrchestrationException exception)
            {
                node.Log.NonDeterministic(instance.Id, exception);
                poison = FailureData.From(exception);
            }
            finally
            {
                isGivenUp = !node.TurnWatch.End(watch);
            }

            if (isGivenUp)
            {
                return new LoadOutcome.GivenUp();
            }
        }

        if (live is null || live.Version != leased.Record.Version)
        {
            throw new JsonException($"The history has {live?.Version ?? 0} turns where {leased.Record.Version} are stored.");
        }

        node.Counters.Rebuilt();
        live.CustomStatus = leased.Record.CustomStatus;
        return WithInbox(live, leased, poison);
    }

    private static bool IsTermination(StoredMessage message) => HistoryFormat.DecodeMessage(message.Content.Span) is ExecutionTerminated;

    private static LoadOutcome.Loaded WithInbox(LiveState live, LeasedInstance leased, FailureData? poison)
    {
        live.LoadedMessages = leased.Messages.Count == 0 ? null : [.. leased.Messages.Select(message => message.Id)];
        Incoming[] messages = [.. leased.Messages.Select(
            message => Incoming.Loaded(message.Id, HistoryFormat.DecodeMessage(message.Content.Span)))];
        return new LoadOutcome.Loaded(live, messages, poison);
    }

    /// <summary>Reads the turns of an instance; fewer than its version when it is gone meanwhile.</summary>
    public static async Task<List<TurnRecord>> ReadAllTurnsAsync(EngineNode node, InstanceRecord instance, CancellationToken cancellationToken)
    {
        List<TurnRecord> turns = [];
        await foreach ((TurnRecord turn, _) in ReadTurnsAsync(node, instance.Key, instance.Version, cancellationToken).ConfigureAwait(false))
        {
            turns.Add(turn);
        }

        return turns;
    }

    /// <summary>Reads the turns of an instance, each with its number.</summary>
    public static async IAsyncEnumerable<(TurnRecord Turn, long Number)> ReadTurnsAsync(
        EngineNode node, long key, long version, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (long number = 0; number < version;)
        {
            IReadOnlyList<ReadOnlyMemory<byte>> page = await node.Hub
                .ReadHistoryAsync(key, number, (int)Math.Min(TurnsPerPage, version - number), cancellationToken).ConfigureAwait(false);
            if (page.Count == 0)
            {
                yield break;
            }

            foreach (ReadOnlyMemory<byte> encoded in page)
            {
                yield return (HistoryFormat.DecodeTurn(encoded.Span), number++);
            }
        }
    }

    // The generation is failed when its code goes on outside of a turn, even if it is no longer live then; null for none.
    private static OrchestrationExecution Build(
        EngineNode node, string instanceId, Guid? generation, TurnRecord firstTurn, out FailureData? poison)
    {
        poison = null;
        string name = firstTurn.Received.OfType<ExecutionStarted>().First().Name;
        if (!node.Registry.TryGetOrchestrator(name, out OrchestratorRegistration? code))
        {
            poison = UnknownFunction.Orchestrator(name, node.Registry.Orchestrators);
            code = new OrchestratorRegistration { Name = name, Run = _ => Task.FromException<object?>(new InvalidOperationException(name)) };
        }

        return new OrchestrationExecution(instanceId, code, firstTurn, node.Execution, () =>
        {
            if (generation is { } present)
            {
                node.Instances.Deliver(instanceId, Incoming.Failing(present, ForeignAwait.Failure(name)));
            }
        });
    }
}
