namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>The clock by which the kernel stamps the start of processes: ticks (mostly 1/100 s) since the boot.</summary>
internal static unsafe class BootClock
{
    private const int BootTime = 7, ClockTicks = 2;

    private static readonly long NanosecondsPerTick = 1_000_000_000 / Math.Max(1, LibC.GetConfiguration(ClockTicks));

    private static readonly Lazy<string> Id = new(static () => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim());

    /// <summary>Names this boot of the machine.</summary>
    public static string BootId => Id.Value;

    /// <summary>The tick that a process started now has or will have had.</summary>
    public static long Now
    {
        get
        {
            LibC.TimeValue time = default;
            _ = LibC.GetClock(BootTime, &time);
            return ((time.Seconds * 1_000_000_000) + time.Fraction) / NanosecondsPerTick;
        }
    }
}
