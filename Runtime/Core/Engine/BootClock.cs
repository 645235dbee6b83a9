using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FuncExec.Runtime.Engine;

/// <summary>Time since boot that also runs while the machine sleeps (CLOCK_BOOTTIME on Linux): a lease does not wait for a laptop's lid.</summary>
internal static partial class BootClock
{
    private const int ClockBootTime = 7; // linux/time.h

    public static TimeSpan Now =>
        OperatingSystem.IsLinux() && ClockGetTime(ClockBootTime, out TimeSpec time) == 0
            ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000)
            : Stopwatch.GetElapsedTime(0);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
