using System.Text.Json;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Orchestrations;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Engine;

/// <summary>One step of an entity: load it if need be, run what came in, store all of it at once, hand over what follows.</summary>
internal sealed class EntityTurn(EngineNode node, string id, FailureData? poison)
{
    public async ValueTask<TurnStep> RunAsync(LiveEntity? live, List<Incoming> batch)
    {
        bool isWoken = batch.Exists(static incoming => incoming.IsWake);
        EntityCaller? goneHolder = null;
        if (live is null || isWoken)
        {
            if (await node.Hub.LeaseInstanceAsync(id, node.Session.Id, CancellationToken.None).ConfigureAwait(false)
                is not LeaseInstanceOutcome.Leased { Instance: var leased })
            {
                return TurnStep.Over; // Another node's, or cleaned up; what is stored for it is still there.
            }

            if (node.Left.HasOthers && !node.Registry.TryGetEntity(EntityInstanceId.FromString(id).Name, out _))
            {
                node.Left.TellFunction("entity", EntityInstanceId.FromString(id).Name);
                await node.Left.LeaveAsync(id).ConfigureAwait(false);
                return TurnStep.Over;
            }

            try
            {
                live = await LoadAsync(leased).ConfigureAwait(false);
                batch = [.. leased.Messages.Select(static message => Incoming.Loaded(message.Id, HistoryFormat.DecodeMessage(message.Content.Span))), .. batch.Where(static incoming => incoming.MessageId == 0)];
            }
            catch (JsonException exception)
            {
                node.Log.HistoryUnreadable(id, exception);
                await node.Left.LeaveAsync(id).ConfigureAwait(false);
                return TurnStep.Over;
            }

            goneHolder = await FindGoneHolderAsync(live.Snapshot.Holder).ConfigureAwait(false);
        }

        if (goneHolder is not null)
        {
            node.Log.LockReleased(id, goneHolder.InstanceId);
            live.Snapshot = live.Snapshot with { Holder = null };
        }

        EntitySchedule schedule = EntitySchedule.Make(id, live, batch, node.Now.UtcDateTime, node.Options.MaxEntityBatch);
        if (!schedule.ChangesAnything && goneHolder is null)
        {
            live.Waiting = schedule.Waiting;
            return Done(live, schedule);
        }

        return await TurnAsync(live, schedule, batch).ConfigureAwait(false);
    }

    private async ValueTask<LiveEntity> LoadAsync(LeasedInstance leased)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> rows = await node.Hub
            .ReadHistoryAsync(leased.Lease.InstanceKey, leased.Record.Version - 1, 1, CancellationToken.None).ConfigureAwait(false);
        LiveEntity live = new()
        {
            Lease = leased.Lease,
            Generation = leased.Record.Generation,
            Version = leased.Record.Version,
            Snapshot = rows.Count == 0 ? throw new JsonException("The entity has no snapshot.") : EntitySnapshot.Decode(rows[0].Span),
            LoadedMessages = leased.Messages.Count == 0 ? null : [.. leased.Messages.Select(static message => message.Id)],
        };
        node.Counters.Rebuilt();

        // A commit whose answer never came may have stored timers that nobody handed over.
        node.Timers.Add(id, [.. (live.Snapshot.Delayed ?? []).Select(delayed => TimerKeys.Of(live.Lease.InstanceKey, delayed.Timer, delayed.At))]);
        return live;
    }

    /// <summary>The holder, if he has ended without giving the lock up: purged, or while the request for it was on its way.</summary>
    private async ValueTask<EntityCaller?> FindGoneHolderAsync(EntityCaller? holder)
    {
        if (holder is null)
        {
            return null;
        }

        InstanceRecord? record = await node.Hub.FindInstanceAsync(holder.InstanceId, CancellationToken.None).ConfigureAwait(false);
        return record is null || record.Generation != holder.Generation || record.Status.IsFinished() ? holder : null;
    }

    private async ValueTask<TurnStep> TurnAsync(LiveEntity live, EntitySchedule schedule, List<Incoming> batch)
    {
        EntityBatch operations = new(EntityInstanceId.FromString(id), live.Snapshot.State, schedule.Operations, node.Execution);
        FailureData? failure = poison ?? (operations.Count == 0 ? null : await RunAsync(operations).ConfigureAwait(false));
        DateTimeOffset now = node.Now;
        EntityPlan plan = new(schedule, operations, failure, now);
        EntitySnapshot snapshot = schedule.ToSnapshot(operations.State);
        CommitOutcome outcome = await node.Hub.CommitTurnAsync(
            new TurnCommit
            {
                Lease = live.Lease,
                Session = node.Session.Id,
                ExpectedVersion = live.Version,
                Generation = live.Generation,
                Turn = snapshot.Encode(),
                ReplacesHistory = true,
                Status = InstanceStatus.Running,
                At = now,
                ConsumedMessages = schedule.Consumed,
                RemovedTimers = schedule.RemovedTimers,
                NewTimers = schedule.NewTimers,
                Messages = plan.Messages,
                Children = plan.Children,
                LeaseChildren = true,
            },
            CancellationToken.None).ConfigureAwait(false);
        if (outcome is not CommitOutcome.Committed committed)
        {
            node.Counters.LeaseLost();
            node.Log.CommitRefused(id, outcome);
            return TurnStep.Retry(batch);
        }

        node.Counters.TurnCommitted();
        foreach ((OperationRequested signal, FailureData why) in plan.FailedSignals)
        {
            node.Log.SignalFailed(signal.Operation, id, why.Message); // Nobody waits for it.
        }

        live.Version = committed.Version;
        live.Snapshot = snapshot;
        live.Waiting = schedule.Waiting;
        node.Timers.Add(id, schedule.NewTimers);
        node.Instances.HandOver(id, plan.Messages, plan.MessageEvents, committed.Messages);
        for (int i = 0; i < plan.Children.Count; i++)
        {
            if (committed.Children[i].Lease is { } lease)
            {
                node.Instances.Start(lease, plan.Children[i].Generation, plan.Children[i].CreatedAt, plan.ChildTurns[i]);
            }
            else
            {
                node.Log.StartRefused(id, plan.Children[i].InstanceId);
            }
        }

        return Done(live, schedule);
    }

    private static TurnStep Done(LiveEntity live, EntitySchedule schedule) =>
        (TurnStep.Done(live) with { Recovered = true }).Retaining(schedule.Later);

    /// <summary>Runs the operations; answers why those failed that did not end by themselves.</summary>
    private async ValueTask<FailureData?> RunAsync(EntityBatch operations)
    {
        if (!node.Registry.TryGetEntity(operations.Id.Name, out EntityRegistration? entity))
        {
            return UnknownFunction.Entity(operations.Id.Name, node.Registry.Entities);
        }

        await node.EntityPlaces.WaitAsync().ConfigureAwait(false);
        try
        {
            await entity.Run(operations).ConfigureAwait(false);
            return operations.Outcomes.Count == operations.Count ? null : new FailureData(
                typeof(InvalidOperationException).FullName!, $"The entity function '{entity.Name}' has ended without dispatching its operations.", null, null);
        }
        catch (Exception exception) // The author's function or middleware: it fails what it has not run.
        {
            if (operations.Outcomes.Count == operations.Count)
            {
                node.Log.MiddlewareFailedAfterTurn(id, exception);
            }

            return FailureData.From(exception);
        }
        finally
        {
            node.EntityPlaces.Release();
        }
    }
}
