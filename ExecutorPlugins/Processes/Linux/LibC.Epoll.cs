using System.Runtime.InteropServices;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>epoll and eventfd.</summary>
internal static unsafe partial class LibC
{
    public const int EpollAdd = 1, EpollDelete = 2;
    public const uint EpollIn = 1, EpollOut = 4;

    /// <summary>struct epoll_event is packed on x64 and on no other machine.</summary>
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture is Architecture.X64 ? 12 : 16;

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int fd, byte* change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* ready, int count, int timeout);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFd(uint value, int flags);

    /// <summary>Watches a descriptor; <paramref name="key"/> comes back with its events.</summary>
    public static bool Watch(int epoll, int fd, uint events, long key)
    {
        byte* change = stackalloc byte[16];
        *(uint*)change = events;
        *(long*)(change + (EventSize - 8)) = key;
        return EpollControl(epoll, EpollAdd, fd, change) == 0;
    }

    /// <summary>
    /// Watches a descriptor no more. To be said before it is closed: a process just being started has copies of all our
    /// descriptors until its program is loaded, and as long as there is one the events go on.
    /// </summary>
    public static void Unwatch(int epoll, int fd) => _ = EpollControl(epoll, EpollDelete, fd, null);

    /// <summary>The key of one of the events that <see cref="EpollWait"/> gave.</summary>
    public static long ReadyKey(byte* ready, int index) => *(long*)(ready + (index * EventSize) + (EventSize - 8));
}
