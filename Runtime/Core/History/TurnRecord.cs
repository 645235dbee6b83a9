namespace FuncExec.Runtime.History;

/// <summary>One turn of an instance as stored: one row of its history.</summary>
/// <param name="At">The turn's time (UTC): what <c>CurrentUtcDateTime</c> answers during it.</param>
/// <param name="Received">The events it consumed, in order.</param>
/// <param name="Decided">The decisions its code took, in order.</param>
public sealed record TurnRecord(DateTime At, IReadOnlyList<ReceivedEvent> Received, IReadOnlyList<DecidedEvent> Decided);
