using System.Runtime.InteropServices;
using FuncExec.WorkerFunctions.Files.Native;
using Microsoft.Win32.SafeHandles;

namespace FuncExec.WorkerFunctions.Files.Artifacts;

/// <summary>Opens regular files of a directory that someone else may be changing, and never one outside.</summary>
internal sealed unsafe class ContainedFile : IDisposable
{
    private const uint TypeModeAndSize = 0x203;
    private const int OpenFlags = FileCalls.ReadOnly | FileCalls.CloseOnExec | FileCalls.NonBlock;

    private const int MostTries = 1000;

    private static volatile bool _canResolve = true;

    private ContainedFile(SafeFileHandle handle, bool isExecutable)
    {
        Handle = handle;
        IsExecutable = isExecutable;
    }

    public SafeFileHandle Handle { get; }

    /// <summary>Whether its owner may execute it.</summary>
    public bool IsExecutable { get; }

    /// <summary>
    /// Opens a file by its path from a directory. What is looked at is what was opened: a path that means another file by
    /// now changes nothing.
    /// </summary>
    /// <returns>Null when there is no regular file within the directory at that path.</returns>
    /// <exception cref="IOException">It is there and cannot be read.</exception>
    public static ContainedFile? TryOpen(string directory, string path) => FileCalls.IsSupported ? OpenNatively(directory, path) : OpenPortably(directory, path);

    public void Dispose() => Handle.Dispose();

    private static ContainedFile? OpenNatively(string directory, string path)
    {
        int root = FileCalls.OpenAt(FileCalls.CurrentDirectory, directory, FileCalls.PathOnly | FileCalls.DirectoryOnly | FileCalls.NoFollow | FileCalls.CloseOnExec, 0);
        if (root < 0)
        {
            throw new IOException($"'{directory}': {FileCalls.LastError()}");
        }

        try
        {
            int fd = Open(root, path);
            return fd >= 0 ? Check(new SafeFileHandle(fd, ownsHandle: true))
                : LeadsNowhere(Marshal.GetLastPInvokeError()) ? null
                : throw new IOException($"'{path}': {FileCalls.LastError()}");
        }
        finally
        {
            _ = FileCalls.Close(root);
        }
    }

    /// <summary>It is gone, leads out of the directory or in a circle, or is a socket or a device that is none.</summary>
    private static bool LeadsNowhere(int error) => error is FileCalls.NoEntry or FileCalls.NotDirectory or FileCalls.Loop or FileCalls.CrossDevice
        or FileCalls.NoDevice or FileCalls.NoSuchDevice;

    private static int Open(int root, string path)
    {
        if (_canResolve)
        {
            int fd;
            int tries = 0;
            do
            {
                // "Again" is said when something was renamed meanwhile, anywhere on the machine, and a link had '..'.
                fd = FileCalls.OpenBeneath(root, path, OpenFlags);
            }
            while (fd < 0 && Marshal.GetLastPInvokeError() is FileCalls.Again or FileCalls.Interrupted && ++tries < MostTries);
            if (fd >= 0 || Marshal.GetLastPInvokeError() is not (FileCalls.NoSystemCall or FileCalls.NoPermission))
            {
                return fd;
            }

            // An old kernel, or a filter of system calls that does not know it.
            _canResolve = false;
        }

        return OpenStepByStep(root, path);
    }

    /// <summary>Without the kernel's help no link is followed at all.</summary>
    internal static int OpenStepByStep(int root, string path)
    {
        string[] segments = path.Split('/');
        int current = root;
        foreach (string segment in segments[..^1])
        {
            int next = FileCalls.OpenAt(current, segment, FileCalls.PathOnly | FileCalls.DirectoryOnly | FileCalls.NoFollow | FileCalls.CloseOnExec, 0);
            CloseUnless(root, current);
            if (next < 0)
            {
                return -1;
            }

            current = next;
        }

        int fd = FileCalls.OpenAt(current, segments[^1], OpenFlags | FileCalls.NoFollow, 0);
        int error = Marshal.GetLastPInvokeError();
        CloseUnless(root, current);
        Marshal.SetLastPInvokeError(error);
        return fd;
    }

    private static void CloseUnless(int kept, int fd)
    {
        if (fd != kept)
        {
            int error = Marshal.GetLastPInvokeError();
            _ = FileCalls.Close(fd);
            Marshal.SetLastPInvokeError(error);
        }
    }

    private static ContainedFile? Check(SafeFileHandle handle)
    {
        FileCalls.FileStatus status = default;
        if (FileCalls.Stat((int)handle.DangerousGetHandle(), "", FileCalls.EmptyPath, TypeModeAndSize, &status) == 0 && status.IsRegularFile)
        {
            return new ContainedFile(handle, status.IsExecutable);
        }

        handle.Dispose();
        return null;
    }

    /// <summary>Where those calls are not to be had, links are not collected, and nothing guards against a swap in between.</summary>
    private static ContainedFile? OpenPortably(string directory, string path)
    {
        string current = directory;
        foreach (string segment in path.Split('/'))
        {
            current = Path.Combine(current, segment);
            if (new FileInfo(current) is { LinkTarget: not null } || (!File.Exists(current) && !Directory.Exists(current)))
            {
                return null;
            }
        }

        return File.Exists(current)
            ? new ContainedFile(File.OpenHandle(current), !OperatingSystem.IsWindows() && (File.GetUnixFileMode(current) & UnixFileMode.UserExecute) != 0)
            : null;
    }
}
