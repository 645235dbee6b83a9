namespace FuncExec.Runtime.Hubs;

/// <summary>
/// The clock of a hub whose nodes are on several machines. Turns, timers and starts go by it, so that it does not matter which node
/// sets a timer and which one fires it. A hub without it is on this machine, and so is its clock.
/// </summary>
public interface IHubClock
{
    /// <summary>The hub's time now; it costs no call.</summary>
    DateTimeOffset Now { get; }
}
