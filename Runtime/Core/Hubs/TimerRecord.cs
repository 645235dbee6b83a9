namespace FuncExec.Runtime.Hubs;

/// <summary>What a timer function did last and does next.</summary>
/// <param name="Schedule">The schedule that this is of: another one begins anew.</param>
/// <param name="Last">When it was called last, or null when it never was.</param>
/// <param name="Next">The next occurrence after that.</param>
/// <param name="Updated">When this was written.</param>
public sealed record TimerRecord(string Schedule, DateTimeOffset? Last, DateTimeOffset Next, DateTimeOffset Updated);
