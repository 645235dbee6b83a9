namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>
/// Keeps the last descriptors from new commands. The runtime ends the whole process when it finds none for a new thread, and
/// answers, files and the output of commands that run need some too: what may not start is tried again, what dies is not.
/// </summary>
internal static unsafe class DescriptorReserve
{
    private const int Always = 64;

    /// <summary>Its two streams may each have a file.</summary>
    private const int PerCommand = 2;

    private static int _commands;

    /// <summary>Another command has its pipes.</summary>
    public static void Enter() => Interlocked.Increment(ref _commands);

    /// <summary>A command has closed them.</summary>
    public static void Leave() => Interlocked.Decrement(ref _commands);

    /// <summary>Whether a new descriptor is one of the last. The system gives the lowest number that is free, so the number tells.</summary>
    public static bool IsTouchedBy(int fd)
    {
        ulong* limits = stackalloc ulong[2];
        return LibC.GetLimit(LibC.LimitOfDescriptors, limits) == 0
            && (ulong)(fd + Always + (PerCommand * Volatile.Read(ref _commands))) >= limits[0];
    }
}
