using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>Acts at once on what other nodes tell through the hub.</summary>
internal sealed class HubNews(EngineNode node) : IHubListener
{
    /// <inheritdoc/>
    public long Session => node.Session.Id;

    /// <inheritdoc/>
    public void InstanceReady(string instanceId, long owner)
    {
        if (owner == 0 ? node.TakesInstances && !node.Left.Has(instanceId) : owner == Session)
        {
            node.Instances.Deliver(instanceId, Incoming.Wake); // Of those who ask for what nobody holds one gets it.
        }
    }

    /// <inheritdoc/>
    public void ActivitiesWaiting(string name, LabelSet runsOn) => node.Activities.MoreAvailable(name, runsOn);

    /// <inheritdoc/>
    public void InstanceChanged(string instanceId)
    {
        node.Left.Forget(instanceId);
        node.Waiters.Notify(instanceId, static () => null);
    }

    /// <inheritdoc/>
    public void LoadChanged(NodeLoad load)
    {
        node.Loads.Heard(load);
        node.Activities.LoadChanged(load.Activity);
    }

    /// <inheritdoc/>
    public void SessionClosed() => node.Recovery.TakeOver();

    /// <inheritdoc/>
    public void Gap()
    {
        node.Waiters.NotifyAll();
        node.Recovery.Request();
    }
}
