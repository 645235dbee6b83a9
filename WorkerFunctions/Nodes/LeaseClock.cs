using System.Runtime.InteropServices;

namespace FuncExec.WorkerFunctions.Nodes;

/// <summary>
/// The clock by which a node judges its own lease: the app's, or that of the machine since its boot where this is ahead, for it runs
/// while the machine sleeps, as the ledger's clock does. Nobody sets either of them.
/// </summary>
internal sealed partial class LeaseClock(TimeProvider time)
{
    private const int ClockBootTime = 7; // linux/time.h

    private readonly long _begun = time.GetTimestamp();
    private readonly TimeSpan _booted = SinceBoot();

    /// <summary>The time since this was made.</summary>
    public TimeSpan Now
    {
        get
        {
            TimeSpan running = time.GetElapsedTime(_begun);
            TimeSpan withSleep = SinceBoot() - _booted;
            return running > withSleep ? running : withSleep;
        }
    }

    private static TimeSpan SinceBoot() => OperatingSystem.IsLinux() && GetClock(ClockBootTime, out TimeSpec at) == 0
        ? TimeSpan.FromSeconds(at.Seconds) + TimeSpan.FromMicroseconds(at.Nanoseconds / 1000)
        : TimeSpan.Zero;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetClock(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
