namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>When a process was started, by each clock that is needed.</summary>
/// <param name="At">The wall clock.</param>
/// <param name="Timestamp">The time provider's timestamp.</param>
/// <param name="From">The kernel's tick before the start.</param>
/// <param name="To">The kernel's tick after it.</param>
internal readonly record struct ProcessStart(DateTimeOffset At, long Timestamp, long From, long To);
