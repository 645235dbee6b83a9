namespace FuncExec.Runtime.Hubs;

/// <summary>
/// Hears what other sessions of a hub have done, after it is durable. Called from any thread, one call after the other, in no
/// order that counts; whoever is called takes note and does nothing long.
/// </summary>
public interface IHubListener
{
    /// <summary>Its present session: what that one did itself need not be told.</summary>
    long Session { get; }

    /// <summary>An instance has something to do: it was created without a lease, revived, or a message was stored for it.</summary>
    /// <param name="instanceId">Which.</param>
    /// <param name="owner">The live session that holds it; 0 when none does, and anybody may take it.</param>
    void InstanceReady(string instanceId, long owner);

    /// <summary>Activities of this name that ask for these labels wait for whoever can run them.</summary>
    void ActivitiesWaiting(string name, LabelSet runsOn);

    /// <summary>An instance has begun, was suspended, has finished, was revived or is gone.</summary>
    void InstanceChanged(string instanceId);

    /// <summary>Another node told its load.</summary>
    void LoadChanged(NodeLoad load);

    /// <summary>A session was closed: what it held is free.</summary>
    void SessionClosed();

    /// <summary>Something may have been missed: anything may have happened.</summary>
    void Gap();
}
