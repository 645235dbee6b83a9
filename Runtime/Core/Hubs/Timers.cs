namespace FuncExec.Runtime.Hubs;

/// <summary>The place of a timer in the order in which timers are due.</summary>
/// <param name="FireAt">When it is due; stored in whole milliseconds since the Unix epoch, rounded up.</param>
/// <param name="InstanceKey">Whose it is.</param>
/// <param name="TimerId">Its id within the generation.</param>
public readonly record struct TimerKey(DateTimeOffset FireAt, long InstanceKey, int TimerId);

/// <summary>A timer that is stored.</summary>
/// <param name="Key">Its place.</param>
/// <param name="InstanceId">Whose it is.</param>
public sealed record StoredTimer(TimerKey Key, string InstanceId);
