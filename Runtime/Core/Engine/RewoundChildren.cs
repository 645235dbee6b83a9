using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Orchestrations;

namespace FuncExec.Runtime.Engine;

/// <summary>
/// The children of an instance that was rewound, looked after before the turn that learns of it is stored: after a crash it is
/// done again. Those that have failed or were terminated are rewound, those that are gone begin anew, and what an
/// ended one said while nobody listened is said again.
/// </summary>
internal sealed class RewoundChildren(EngineNode node, LiveState live, string? reason)
{
    /// <summary>Looks after the open children; adds what is to be received from them.</summary>
    public async ValueTask CareAsync(TurnIntake intake)
    {
        HashSet<int> told = [.. intake.Accepted.OfType<ChildCompleted>().Select(static child => child.Id),
            .. intake.Accepted.OfType<ChildFailed>().Select(static child => child.Id)];
        HashSet<int> open = [.. live.Execution.OpenChildren().Select(static child => child.Id).Where(id => !told.Contains(id))];
        if (open.Count == 0)
        {
            return;
        }

        await foreach ((TurnRecord turn, _) in
            InstanceLoader.ReadTurnsAsync(node, live.Lease.InstanceKey, live.Version, CancellationToken.None).ConfigureAwait(false))
        {
            foreach (ChildScheduled child in turn.Decided.OfType<ChildScheduled>().Where(child => open.Contains(child.Id)))
            {
                if (await CareAsync(child).ConfigureAwait(false) is { } news)
                {
                    intake.Accepted.Add(news);
                }
            }
        }
    }

    private async ValueTask<ReceivedEvent?> CareAsync(ChildScheduled call)
    {
        while (true)
        {
            InstanceRecord? child = await Family.FindChildAsync(
                node, live.Lease.InstanceId, live.Generation, call.Id, call.InstanceId, CancellationToken.None).ConfigureAwait(false);
            switch (child?.Status)
            {
                case null:
                    return await BeginAsync(call).ConfigureAwait(false);
                case InstanceStatus.Completed:
                    return new ChildCompleted(call.Id, child.Output);
                case InstanceStatus.Failed or InstanceStatus.Terminated:
                    try
                    {
                        if (await InstanceRewinder.TryRewindAsync(node, child, reason, CancellationToken.None).ConfigureAwait(false))
                        {
                            return null;
                        }
                    }
                    catch (CannotRewindException exception)
                    {
                        return new ChildFailed(call.Id, FailureData.From(exception));
                    }

                    break; // It has changed meanwhile: look again.
                default:
                    return null;
            }
        }
    }

    private async ValueTask<ReceivedEvent?> BeginAsync(ChildScheduled call)
    {
        NewChild child = NewChild.Of(live, call, node.Now);
        switch (await node.Hub.CreateInstanceAsync(child.Instance, node.Session.Id, CancellationToken.None).ConfigureAwait(false))
        {
            case CreateOutcome.InUse:
                return child.InUse;
            case CreateOutcome.Created { Lease: { } lease }:
                node.Instances.Start(lease, child.Instance.Generation, child.Instance.CreatedAt, child.FirstTurn);
                break;
            default:
                node.Recovery.Nudge();
                break;
        }

        return null;
    }
}
