using System.Runtime.InteropServices;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>The part of the C library that starting and watching processes needs. 64-bit Linux, glibc or musl.</summary>
internal static unsafe partial class LibC
{
    public const int OpenReadOnly = 0, OpenWriteOnly = 1, OpenReadWrite = 2, CloseOnExec = 0x80000, NonBlock = 0x800;
    public const int GetDescriptorFlags = 1, SetDescriptorFlags = 2, DescriptorCloseOnExec = 1, SetStatusFlags = 4;
    public const int SetPipeSize = 1031;
    public const int SigKill = 9, SigTerm = 15, SigChld = 17, SigCont = 18;
    public const int ENoEnt = 2, ESrch = 3, EIntr = 4, EChild = 10, EAgain = 11, ENoMem = 12, ENFile = 23, EMFile = 24, ENoSpc = 28;
    public const int SetChildSubreaper = 36;
    public const int LimitOfDescriptors = 7;
    public const int PidfdSendSignalNumber = 424, PidfdOpenNumber = 434;

    /// <summary>More than either library's structures take: the largest, posix_spawnattr_t, has 336 bytes.</summary>
    public const int OpaqueSize = 512;

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetLimit(int resource, ulong* limits);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Fcntl(int fd, int command, int argument);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fd, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint ReadAt(int fd, byte* buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int fd, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    public static partial nint WriteAt(int fd, byte* buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "getpid")]
    public static partial int GetPid();

    [LibraryImport("libc", EntryPoint = "getsid")]
    public static partial int GetSession(int pid);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int Prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "sigaction", SetLastError = true)]
    public static partial int SigAction(int signal, void* action, void* previous);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint Syscall(nint number, nint a, nint b, nint c, nint d);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    public static partial int WaitId(int kind, int id, ExitInfo* info, int options);

    [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
    public static partial int Wait(int pid, int* status, int options, Usage* usage);

    [LibraryImport("libc", EntryPoint = "getrusage")]
    public static partial int GetUsage(int whose, Usage* usage);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    public static partial int GetClock(int clock, TimeValue* time);

    [LibraryImport("libc", EntryPoint = "sysconf")]
    public static partial nint GetConfiguration(int name);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeDirectory(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RemoveDirectory(string path);

    /// <summary>A descriptor of the process, closed on exec, readable when it has ended.</summary>
    public static int PidfdOpen(int pid) => (int)Syscall(PidfdOpenNumber, pid, 0, 0, 0);

    public static bool PidfdSendSignal(int pidfd, int signal) => Syscall(PidfdSendSignalNumber, pidfd, signal, 0, 0) == 0;

    /// <summary>Seconds, and microseconds or nanoseconds.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeValue
    {
        public long Seconds;

        public long Fraction;

        /// <summary>As a duration; the fraction are microseconds.</summary>
        public readonly TimeSpan Duration => TimeSpan.FromTicks((Seconds * TimeSpan.TicksPerSecond) + (Fraction * TimeSpan.TicksPerMicrosecond));
    }

    /// <summary>The head of struct rusage, in its full size.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    public struct Usage
    {
        [FieldOffset(0)]
        public TimeValue User;

        [FieldOffset(16)]
        public TimeValue System;

        /// <summary>In KiB.</summary>
        [FieldOffset(32)]
        public long PeakMemory;
    }

    /// <summary>The head of siginfo_t as waitid fills it, in its full size.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    public struct ExitInfo
    {
        [FieldOffset(8)]
        public int Code;

        [FieldOffset(12 + 4)]
        public int Pid;

        [FieldOffset(24)]
        public int Status;
    }
}
