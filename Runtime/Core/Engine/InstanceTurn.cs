using System.Diagnostics;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Orchestrations;
using FuncExec.Runtime.Tracing;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Engine;

/// <summary>One step of an instance: load it if need be, run a turn, commit it, hand over what it decided.</summary>
internal sealed class InstanceTurn(EngineNode node, Instance instance, FailureData? poison, bool isRetry)
{
    /// <summary>The most that one turn takes in: bounds the size of a history row and of a commit.</summary>
    private const int MaxBatch = 10_000;

    /// <summary>The same in characters; a single larger one is taken alone.</summary>
    private const int MaxBatchWeight = 16 * 1024 * 1024;

    private FailureData? _poison = poison;

    /// <summary>How many of what came in one turn may take.</summary>
    public static int BatchLength(List<Incoming> incoming)
    {
        int weight = 0;
        for (int i = 0; i < incoming.Count; i++)
        {
            weight += incoming[i].Weight;
            if (i == MaxBatch || (weight > MaxBatchWeight && i > 0))
            {
                return i;
            }
        }

        return incoming.Count;
    }

    public async ValueTask<TurnStep> RunAsync(LiveState? live, List<Incoming> batch)
    {
        if (!node.Options.RunsOrchestrations || IsOthers(live, batch))
        {
            await AcknowledgeAsync(batch).ConfigureAwait(false);
            return TurnStep.Over;
        }

        List<Incoming> later = [];
        if (live is not null)
        {
            node.Counters.CacheHit();
        }

        bool isWoken = batch.Exists(static incoming => incoming.IsWake);
        if (live is null || isWoken)
        {
            switch (await InstanceLoader.LoadAsync(node, instance, live, _poison, CancellationToken.None).ConfigureAwait(false))
            {
                case LoadOutcome.Loaded loaded:
                    bool isRebuilt = live != loaded.Live;
                    live = loaded.Live;
                    _poison ??= loaded.Poison;
                    batch = [.. loaded.Messages, .. batch.Where(static incoming => incoming.MessageId == 0)];
                    int count = BatchLength(batch);
                    later = batch.GetRange(count, batch.Count - count);
                    batch.RemoveRange(count, later.Count);
                    if (isRebuilt && (isWoken || isRetry))
                    {
                        // A commit whose answer never came may have stored timers that nobody handed over.
                        node.Timers.Add(instance.Id, [.. live.Execution.OpenTimers().Select(
                            timer => TimerKeys.Of(loaded.Live.Lease.InstanceKey, timer.Id, timer.FireAt))]);
                    }

                    break;
                case LoadOutcome.GivenUp:
                    return TurnStep.GivenUp;
                case LoadOutcome.Unreadable:
                    return await LeaveAsync(batch).ConfigureAwait(false);
                case LoadOutcome.Rejected rejected:
                    return await LeaveAsync(rejected.Orchestrator, rejected.Reason, batch).ConfigureAwait(false);
                case LoadOutcome.NotOurs:
                    await AcknowledgeAsync(batch).ConfigureAwait(false);
                    return TurnStep.Over;
            }
        }
        if (live!.Version == 1)
        {
            if (node.Left.ReasonOf(live.Execution.Start) is { } reason && !batch.Exists(static incoming => incoming.Event is ExecutionTerminated))
            {
                return await LeaveAsync(live.Execution.Start.Name, reason, batch).ConfigureAwait(false);
            }

            _poison ??= node.Versions.MismatchOf(live.Execution.Start);
        }

        _poison ??= batch.Find(incoming => incoming.Failure is not null && incoming.Generation == live!.Generation).Failure;
        TurnIntake intake = TurnIntake.Sort(live!, batch);
        await AcknowledgeAsync(intake.Orphans).ConfigureAwait(false);
        if (_poison is null && intake.Accepted.OfType<ExecutionRewound>().LastOrDefault() is { } rewound)
        {
            await new RewoundChildren(node, live!, rewound.Reason).CareAsync(intake).ConfigureAwait(false);
        }

        bool nothingToDo = intake.Accepted.Count == 0 && intake.ConsumedMessages.Count == 0 && !live!.IsUnbegun && _poison is null;
        TurnStep step = nothingToDo ? TurnStep.Done(live!) : await TurnAsync(live!, intake, batch).ConfigureAwait(false);

        // Without a live state what is stored will be read again; what is only in memory must not be forgotten.
        return step.Retaining(step.Live is null ? later.FindAll(static incoming => incoming.MessageId == 0) : later);
    }

    /// <summary>
    /// Where nodes share the hub, completions for what is not live here are most often for another node: they are stored at once
    /// instead of asking for a lease first. If nobody holds the instance, the answer says so.
    /// </summary>
    private bool IsOthers(LiveState? live, List<Incoming> batch) => live is null && _poison is null
        && !node.Session.Session.SingleNode && batch.Count > 0 && batch.TrueForAll(static incoming => incoming.Activity is not null);

    /// <summary>Leaves the instance to a node that can run it: what came for it stays stored.</summary>
    private ValueTask<TurnStep> LeaveAsync(string orchestrator, FailureData reason, List<Incoming> batch)
    {
        node.Left.TellInstance(instance.Id, orchestrator, reason);
        return LeaveAsync(batch);
    }

    private async ValueTask<TurnStep> LeaveAsync(List<Incoming> batch)
    {
        await AcknowledgeAsync(batch).ConfigureAwait(false);
        await node.Left.LeaveAsync(instance.Id).ConfigureAwait(false);
        return TurnStep.Over;
    }

    private async ValueTask<TurnStep> TurnAsync(LiveState live, TurnIntake intake, List<Incoming> batch)
    {
        bool isPending = live.IsPending;
        DateTime at = TimeOf(live, intake);
        TurnSpans? spans = TurnSpans.Of(live, intake.Accepted);
        TurnResult? result = await DecideAsync(live, at, intake.Accepted).ConfigureAwait(false);
        if (result is null)
        {
            return TurnStep.GivenUp;
        }

        if (result.CustomStatusSet)
        {
            live.CustomStatus = result.CustomStatus;
        }

        // What a failing turn received is consumed but not recorded: it may be what cannot be stored.
        List<ReceivedEvent> received = _poison is null ? intake.Accepted : [];
        var turn = new TurnRecord(at, received, result.Decided);
        var plan = new TurnPlan(live, turn, intake);
        int leased = node.Activities.Reserve(plan.Activities);
        CommitOutcome outcome;
        try
        {
            // Not cancellable: a commit is either asked for or not.
            outcome = await node.Hub
                .CommitTurnAsync(plan.ToCommit(node.Session.Id, leased, live.CustomStatus), CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            node.Activities.Release(plan.Activities, leased);
            throw;
        }

        switch (outcome)
        {
            case CommitOutcome.Committed committed:
                Write(spans, turn);
                return await AfterCommitAsync(live, isPending, plan, intake, committed).ConfigureAwait(false);
            case CommitOutcome.StaleInput stale:
                node.Activities.Release(plan.Activities, leased);
                node.Activities.Consumed(stale.Activities);
                return TurnStep.Retry(WithoutStale(batch, stale));
            default:
                node.Activities.Release(plan.Activities, leased);
                node.Counters.LeaseLost();
                node.Log.CommitRefused(instance.Id, outcome);
                return TurnStep.Retry(batch);
        }
    }

    /// <summary>Listeners are the author's: what they throw must not undo what is durable.</summary>
    private void Write(TurnSpans? spans, TurnRecord turn)
    {
        try
        {
            spans?.Write(turn);
        }
        catch (Exception exception)
        {
            node.Log.LoopFailed("writing spans", exception);
        }
    }

    /// <summary>Runs the code; null when the watch gave the turn up meanwhile.</summary>
    private async ValueTask<TurnResult?> DecideAsync(LiveState live, DateTime at, IReadOnlyList<ReceivedEvent> received)
    {
        using Activity? current = TurnSpans.Enter(live);
        if (_poison is { } poison)
        {
            return received.OfType<ExecutionTerminated>().FirstOrDefault() is { } terminated ? Terminated(terminated.Output) : Failed(poison);
        }

        if (live.Execution.EventCount + received.Count > node.Options.MaxHistoryEvents)
        {
            return Failed(new FailureData(
                typeof(InvalidOperationException).FullName!,
                $"The history has reached {node.Options.MaxHistoryEvents} events. Use ContinueAsNew or sub-orchestrations to keep histories short.",
                null,
                null));
        }

        if (!node.Registry.TryGetOrchestrator(live.Execution.Start.Name, out Hosting.OrchestratorRegistration? code) || code.AroundTurn is null)
        {
            return Watched(live, at, received);
        }

        bool called = false;
        TurnResult? result = null;
        try
        {
            await code.AroundTurn(live.Execution.Context, () =>
            {
                called = true;
                result = Watched(live, at, received);
                return Task.CompletedTask;
            }).ConfigureAwait(false);
        }
        catch (Exception exception) when (!called) // Middleware of the author's: what it throws fails the instance.
        {
            return Failed(FailureData.From(exception));
        }
        catch (Exception exception) // The turn has run and its decisions stand.
        {
            node.Log.MiddlewareFailedAfterTurn(instance.Id, exception);
        }

        return called ? result : Failed(new FailureData(
            typeof(InvalidOperationException).FullName!, $"A middleware did not call the orchestrator function '{live.Execution.Start.Name}'.", null, null));
    }

    private TurnResult? Watched(LiveState live, DateTime at, IReadOnlyList<ReceivedEvent> received)
    {
        RunningTurn watch = node.TurnWatch.Begin(instance, Instance.OnWorker);
        TurnResult result;
        bool inTime;
        try
        {
            result = live.Execution.RunTurn(at, received, replaying: false);
        }
        finally
        {
            inTime = node.TurnWatch.End(watch);
        }

        return inTime ? result : null;
    }

    private async ValueTask<TurnStep> AfterCommitAsync(
        LiveState live, bool wasPending, TurnPlan plan, TurnIntake intake, CommitOutcome.Committed committed)
    {
        long turns = node.Counters.TurnCommitted();
        live.Version = committed.Version;
        HandOver(live, plan, intake, committed);
        if (plan is { NextTurn: null, End: not { ByEngine: true } } && node.ShadowBudget.TryTake(turns, live.Version))
        {
            FailureData? difference = await ShadowDifferenceAsync(live).ConfigureAwait(false);
            if (difference is not null && plan.End is null)
            {
                _poison = difference;
                return await TurnAsync(live, new TurnIntake(), []).ConfigureAwait(false);
            }
        }

        if (plan.End is not null)
        {
            instance.MarkFinished();
            Tell(plan);
            return TurnStep.Over;
        }

        if (plan.NextTurn is { } next)
        {
            live.Generation = plan.NextGeneration;
            live.Execution = InstanceLoader.Next(node, instance.Id, plan.NextGeneration, next);
        }

        if (wasPending || plan.Status == InstanceStatus.Suspended)
        {
            Tell(plan);
        }

        return TurnStep.Done(live);
    }

    private void Tell(TurnPlan plan)
    {
        if (node.Waiters.Any)
        {
            // Once the end is stored another one may begin under this id; what came is its start, and its starter waits for it.
            node.Waiters.Notify(instance.Id, () => plan.End is not null && instance.HasMail ? null : plan.ToSnapshot());
        }
    }

    private void HandOver(LiveState live, TurnPlan plan, TurnIntake intake, CommitOutcome.Committed committed)
    {
        node.Activities.Consumed(intake.CompletedActivities);
        node.Activities.Enqueue(live, plan.Activities, committed.Activities);
        node.Timers.Add(instance.Id, plan.Timers);
        node.Instances.HandOver(instance.Id, plan.Messages, plan.MessageEvents, committed.Messages);
        for (int i = 0; i < plan.Children.Count; i++)
        {
            if (committed.Children[i].Lease is { } lease)
            {
                node.Instances.Start(lease, plan.Children[i].Generation, plan.Children[i].CreatedAt, plan.ChildTurns[i]);
            }
            else if (committed.Children[i].WhenInUse.Delivery == Delivery.Here)
            {
                node.Instances.Deliver(instance.Id, Incoming.Message(
                    committed.Children[i].WhenInUse.MessageId,
                    HistoryFormat.DecodeMessage(plan.Children[i].WhenInUse!.Content.Span),
                    live.Generation));
            }
        }
    }

    private async ValueTask<FailureData?> ShadowDifferenceAsync(LiveState live)
    {
        node.Counters.ShadowReplayed();
        try
        {
            await InstanceLoader.ReplayAsync(node, live, live.Version, CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        catch (NonDeterministicOrchestrationException exception)
        {
            node.Counters.ShadowDiffered();
            node.Log.NonDeterministic(instance.Id, exception);
            return node.Options.FailOnShadowDifference ? FailureData.From(exception) : null;
        }
        catch (HubUnavailableException exception)
        {
            node.Log.HubUnavailable(instance.Id, exception.Message); // The turn is committed; only this check could not be made.
            return null;
        }
    }

    /// <summary>Completions that no turn consumes are stored, or dropped, by the hub: it knows whether anybody waits for them.</summary>
    private async ValueTask AcknowledgeAsync(List<Incoming> incoming)
    {
        if (incoming.Count > 0)
        {
            await Task.WhenAll(incoming.Where(static completion => completion.Activity is not null).Select(AcknowledgeAsync)).ConfigureAwait(false);
        }
    }

    private async Task AcknowledgeAsync(Incoming completion)
    {
        ActivityLease lease = completion.Activity!.Value;
        CompleteActivityOutcome outcome = await node.Hub
            .CompleteActivityAsync(lease, HistoryFormat.Encode(completion.Event!), CancellationToken.None).ConfigureAwait(false);
        node.Activities.Consumed([lease]);
        if (outcome is CompleteActivityOutcome.Recorded { Receipt: { Delivery: Delivery.Here } receipt })
        {
            node.Instances.Deliver(instance.Id, Incoming.Message(receipt.MessageId, completion.Event!, completion.Generation));
        }
    }

    private static TurnResult Failed(FailureData failure) =>
        new([new ExecutionCompleted(InstanceStatus.Failed, null, failure, ByEngine: true)], null, false);

    private static TurnResult Terminated(string? output) =>
        new([new ExecutionCompleted(InstanceStatus.Terminated, output, null, ByEngine: true)], null, false);

    private static List<Incoming> WithoutStale(List<Incoming> batch, CommitOutcome.StaleInput stale)
    {
        var activities = stale.Activities.ToHashSet();
        return batch.FindAll(incoming => incoming.Activity is not { } lease || !activities.Contains(lease));
    }

    /// <summary>The turn's time: never before the last turn's, and never before the due time of a timer that fired.</summary>
    private DateTime TimeOf(LiveState live, TurnIntake intake)
    {
        DateTime at = node.Now.UtcDateTime;
        if (at < live.Execution.At)
        {
            at = live.Execution.At;
        }

        foreach (TimerKey timer in intake.FiredTimers)
        {
            if (timer.FireAt.UtcDateTime > at)
            {
                at = timer.FireAt.UtcDateTime;
            }
        }

        return at;
    }
}
