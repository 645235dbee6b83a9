namespace FuncExec.Runtime.Hubs;

/// <summary>Activities that no session holds and that wait for the same.</summary>
/// <param name="Name">Their name.</param>
/// <param name="RunsOn">The labels that their node must have.</param>
/// <param name="Priority">How urgent they are.</param>
/// <param name="Count">How many of them were counted.</param>
/// <param name="Oldest">When the oldest of those was scheduled, by the hub's clock.</param>
public sealed record WaitingActivities(string Name, LabelSet RunsOn, int Priority, long Count, DateTimeOffset Oldest);
