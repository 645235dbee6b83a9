using System.Runtime.InteropServices;

namespace FuncExec.WorkerFunctions.Files.Native;

/// <summary>The calls on files that .NET has no form of. 64-bit Linux, glibc or musl.</summary>
internal static unsafe partial class FileCalls
{
    public const int ReadOnly = 0, WriteOnly = 1, Create = 0x40, Exclusive = 0x80, NonBlock = 0x800, CloseOnExec = 0x80000, PathOnly = 0x200000;
    public const int NoPermission = 1, NoEntry = 2, Interrupted = 4, NoDevice = 6, Again = 11, NoAccess = 13, Exists = 17, CrossDevice = 18, NoSuchDevice = 19,
        NotDirectory = 20, IsDirectory = 21, NoSystemCall = 38, NotEmpty = 39, Loop = 40;

    public const int CurrentDirectory = -100, RemoveDirectoryFlag = 0x200, EmptyPath = 0x1000;
    public const uint CloneRequest = 0x40049409;
    public const byte DirectoryType = 4;

    // These two differ between processors.
    public static readonly int NoFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;
    public static readonly int DirectoryOnly = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : 0x10000;

    private const nint OpenAt2Number = 437;
    private const ulong Beneath = 0x08, NoMagicLinks = 0x02;

    /// <summary>Whether these can be called here.</summary>
    public static bool IsSupported { get; } =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenAt(int directory, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int directory, byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fd, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int fd, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int fd, nuint request, int argument);

    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    public static partial int SetTimes(int fd, TimeSpec* accessAndModification);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeDirectoryAt(int directory, string path, uint mode);

    [LibraryImport("libc", EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RemoveDirectory(string path);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int UnlinkAt(int directory, byte* name, int flags);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true)]
    public static partial int RenameAt(int oldDirectory, byte* oldName, int newDirectory, byte* newName);

    [LibraryImport("libc", EntryPoint = "fchmodat", SetLastError = true)]
    public static partial int ChangeModeAt(int directory, byte* name, uint mode, int flags);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(int fd, uint mode);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(int fd, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    public static partial nint ReadDirectory(int fd, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Stat(int directory, string path, int flags, uint mask, FileStatus* status);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, nint a, nint b, nint c, nint d);

    /// <summary>
    /// Opens a path within a directory: no link on the way leads out of it, whoever moves things meanwhile. -1 with
    /// <see cref="NoSystemCall"/> on kernels before 5.6.
    /// </summary>
    public static int OpenBeneath(int directory, string path, int flags)
    {
        byte[] name = new byte[System.Text.Encoding.UTF8.GetMaxByteCount(path.Length) + 1];
        _ = System.Text.Encoding.UTF8.GetBytes(path, name);
        OpenHow how = new() { Flags = (ulong)(uint)flags, Resolve = Beneath | NoMagicLinks };
        fixed (byte* start = name)
        {
            return (int)Syscall(OpenAt2Number, directory, (nint)start, (nint)(&how), sizeof(OpenHow));
        }
    }

    /// <summary>What the last failed call of this thread says.</summary>
    public static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>struct statx, the same on all processors.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct FileStatus
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(40)]
        public ulong Size;

        public readonly bool IsRegularFile => (Mode & 0xF000) == 0x8000;

        public readonly bool IsExecutable => (Mode & 0x40) != 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }
}
