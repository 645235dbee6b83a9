namespace FuncExec.ExecutorPlugins.Processes.Linux.Survivors;

/// <summary>A process that may have survived: its id, and the kernel's ticks between which it was started.</summary>
internal readonly record struct SurvivorRecord(int Pid, long From, long To)
{
    /// <summary>Whether it is this process and not another that was given its id since.</summary>
    public bool Is(ProcStat process) => process.Pid == Pid && From <= process.StartTime && process.StartTime <= To;
}
