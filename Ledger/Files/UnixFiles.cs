using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FuncExec.Ledger.Files;

/// <summary>What .NET does not offer of Unix files: hard links, their number, and syncing a directory.</summary>
internal static unsafe partial class UnixFiles
{
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint LinksAndInode = 0x004 | 0x100;
    private const int StatxSize = 256;
    private const int LinksOffset = 16;
    private const int InodeOffset = 32;
    private const int CloseOnExec = 0x80000;
    private const int NotFound = 2;
    private const int Exists = 17;
    private const nuint CloneRequest = 0x40049409;

    /// <summary>Whether hard links can be made and counted here.</summary>
    internal static bool CanLink => OperatingSystem.IsLinux();

    /// <summary>Gives a file a second name.</summary>
    internal static LinkOutcome Link(string from, string to)
    {
        if (!CanLink)
        {
            return LinkOutcome.Unsupported;
        }

        if (NativeLink(from, to) == 0)
        {
            return LinkOutcome.Linked;
        }

        int error = Marshal.GetLastPInvokeError();
        return error switch
        {
            Exists => LinkOutcome.Exists,
            NotFound => LinkOutcome.NotFound,

            // EPERM, EACCES, EXDEV, EMLINK, ENOSYS, EOPNOTSUPP: this file system, or this file, has no (more) links.
            1 or 13 or 18 or 31 or 38 or 95 => LinkOutcome.Unsupported,
            _ => throw Failed(error, to),
        };
    }

    /// <summary>Makes an empty file share the blocks of another; false where the file system cannot.</summary>
    internal static bool TryClone(SafeFileHandle from, SafeFileHandle to) => OperatingSystem.IsLinux() && NativeControl(to, CloneRequest, from) == 0;

    /// <summary>How many names a file has, and its number; null when it is not there. Only where links can be made.</summary>
    internal static (long Links, long Inode)? Stat(string path)
    {
        byte* buffer = stackalloc byte[StatxSize];
        if (NativeStatx(CurrentDirectory, path, NoFollow, LinksAndInode, buffer) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            return error == NotFound ? null : throw Failed(error, path);
        }

        return (*(uint*)(buffer + LinksOffset), *(long*)(buffer + InodeOffset));
    }

    /// <summary>Makes the names in a directory durable. Where directories cannot be synced, the file system sees to that.</summary>
    internal static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int file = NativeOpen(path, OperatingSystem.IsLinux() ? CloseOnExec : 0);
        if (file < 0)
        {
            throw Failed(Marshal.GetLastPInvokeError(), path);
        }

        int code = NativeSync(file);
        int error = Marshal.GetLastPInvokeError();
        _ = NativeClose(file);
        const int NoSuchThing = 22; // EINVAL: this file system syncs no directories.
        if (code != 0 && error != NoSuchThing)
        {
            throw Failed(error, path);
        }
    }

    private static IOException Failed(int error, string path) => new($"{new Win32Exception(error).Message} : '{path}'", error);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeLink(string from, string to);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeStatx(int directory, string path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeOpen(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int NativeSync(int file);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int NativeControl(SafeFileHandle file, nuint request, SafeFileHandle argument);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int NativeClose(int file);
}

/// <summary>What became of giving a file a second name.</summary>
internal enum LinkOutcome
{
    Linked = 1,
    Exists,
    NotFound,
    Unsupported,
}
