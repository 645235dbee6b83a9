using System.Runtime.InteropServices;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>The part of the C library that starting and watching processes needs. 64-bit Linux, glibc or musl.</summary>
internal static unsafe partial class LibC
{
    public const int OpenReadOnly = 0, CloseOnExec = 0x80000, NonBlock = 0x800;
    public const int SetDescriptorFlags = 2, DescriptorCloseOnExec = 1, SetStatusFlags = 4;
    public const int SigKill = 9, SigTerm = 15, SigChld = 17, SigCont = 18;
    public const int ESrch = 3, EIntr = 4, EAgain = 11, EChild = 10;
    public const int SetChildSubreaper = 36;
    public const int PidfdSendSignalNumber = 424, PidfdOpenNumber = 434;

    /// <summary>More than either library's structures take: the largest, posix_spawnattr_t, has 336 bytes.</summary>
    public const int OpaqueSize = 512;

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(int* ends, int flags);

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

    /// <summary>A descriptor of the process, closed on exec, readable when it has ended.</summary>
    public static int PidfdOpen(int pid) => (int)Syscall(PidfdOpenNumber, pid, 0, 0, 0);

    public static bool PidfdSendSignal(int pidfd, int signal) => Syscall(PidfdSendSignalNumber, pidfd, signal, 0, 0) == 0;

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
