using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace FuncExec.WorkerFunctions.Files.Native;

/// <summary>
/// Deletes a directory whatever a command has left in it: millions of files, directories without rights, nested deeper
/// than a path can say. Never follows a link. What cannot be deleted stays, and the rest goes all the same.
/// </summary>
internal sealed unsafe class DirectoryRemoval
{
    /// <summary>Deeper directories are moved up first, so that neither the stack nor the descriptors run out.</summary>
    private const int MostDepth = 32;

    private const int BufferSize = 32 * 1024;
    private const int EntryHead = 19;

    private readonly int _top;
    private readonly CancellationToken _cancellation;
    private int _moved;
    private string? _problem;

    private DirectoryRemoval(int top, CancellationToken cancellationToken)
    {
        _top = top;
        _cancellation = cancellationToken;
    }

    /// <summary>Deletes it.</summary>
    /// <returns>Why something is left, or null when it is gone.</returns>
    /// <exception cref="OperationCanceledException">It was told to stop; what is left can be deleted later.</exception>
    public static string? Remove(string path, CancellationToken cancellationToken) =>
        FileCalls.IsSupported ? RemoveNatively(path, cancellationToken) : RemovePortably(path);

    private static string? RemoveNatively(string path, CancellationToken cancellationToken)
    {
        if (FileCalls.RemoveDirectory(path) == 0 || Marshal.GetLastPInvokeError() == FileCalls.NoEntry)
        {
            return null;
        }

        byte[] name = Encoding.UTF8.GetBytes(path + '\0');
        fixed (byte* start = name)
        {
            int top = OpenDirectory(FileCalls.CurrentDirectory, start);
            if (top < 0)
            {
                return $"It cannot be opened: {FileCalls.LastError()}.";
            }

            try
            {
                DirectoryRemoval removal = new(top, cancellationToken);
                removal.Empty(top, 0);
                return FileCalls.RemoveDirectory(path) == 0 || Marshal.GetLastPInvokeError() == FileCalls.NoEntry
                    ? null
                    : removal._problem ?? $"It cannot be deleted: {FileCalls.LastError()}.";
            }
            finally
            {
                _ = FileCalls.Close(top);
            }
        }
    }

    private static string? RemovePortably(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    /// <summary>Deletes what is in a directory, again and again while that changes anything.</summary>
    private void Empty(int directory, int depth)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            fixed (byte* start = buffer)
            {
                while (EmptyOnce(directory, depth, start, buffer.Length))
                {
                    _ = FileCalls.Seek(directory, 0, 0);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Goes through a directory once; answers whether anything is left and anything was deleted.</summary>
    private bool EmptyOnce(int directory, int depth, byte* buffer, int size)
    {
        bool isChanged = false;
        nint count;
        while ((count = FileCalls.ReadDirectory(directory, buffer, size)) > 0)
        {
            _cancellation.ThrowIfCancellationRequested();
            for (byte* entry = buffer; entry < buffer + count; entry += *(ushort*)(entry + 16))
            {
                byte* name = entry + EntryHead;
                bool isDots = name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
                isChanged |= !isDots && Delete(directory, name, entry[18] == FileCalls.DirectoryType, depth);
            }
        }

        return isChanged;
    }

    private bool Delete(int directory, byte* name, bool isDirectory, int depth)
    {
        if (!isDirectory)
        {
            int fault = Unlink(directory, name, 0);
            if (fault is not FileCalls.IsDirectory)
            {
                return fault == 0 || Blame(name);
            }
        }

        return Unlink(directory, name, FileCalls.RemoveDirectoryFlag) switch
        {
            0 => true,
            FileCalls.NotEmpty or FileCalls.Exists => depth < MostDepth ? Descend(directory, name, depth) : MoveUp(directory, name),
            _ => Blame(name),
        };
    }

    private bool Descend(int directory, byte* name, int depth)
    {
        int child = OpenDirectory(directory, name);
        if (child < 0)
        {
            return Blame(name);
        }

        try
        {
            Empty(child, depth + 1);
        }
        finally
        {
            _ = FileCalls.Close(child);
        }

        return Unlink(directory, name, FileCalls.RemoveDirectoryFlag) == 0 || Blame(name);
    }

    private bool MoveUp(int directory, byte* name)
    {
        while (true)
        {
            byte[] target = Encoding.ASCII.GetBytes($".moved-{++_moved}\0");
            fixed (byte* start = target)
            {
                if (FileCalls.RenameAt(directory, name, _top, start) == 0)
                {
                    return true;
                }

                int error = Marshal.GetLastPInvokeError();
                if (error is FileCalls.NoAccess && FileCalls.ChangeModeAt(directory, name, 0x1C0, 0) == 0
                    && FileCalls.RenameAt(directory, name, _top, start) == 0)
                {
                    return true;
                }

                if (error is not (FileCalls.NotEmpty or FileCalls.Exists or FileCalls.NotDirectory))
                {
                    return Blame(name);
                }
            }
        }
    }

    private static int OpenDirectory(int directory, byte* name)
    {
        int flags = FileCalls.ReadOnly | FileCalls.DirectoryOnly | FileCalls.NoFollow | FileCalls.CloseOnExec;
        int fd = FileCalls.OpenAt(directory, name, flags, 0);
        if (fd < 0 && Marshal.GetLastPInvokeError() is FileCalls.NoAccess && FileCalls.ChangeModeAt(directory, name, 0x1C0, 0) == 0)
        {
            fd = FileCalls.OpenAt(directory, name, flags, 0);
        }

        return fd;
    }

    /// <summary>Takes a name away, if need be with all rights for the owner on the directory. Answers the error, 0 for none.</summary>
    private static int Unlink(int directory, byte* name, int flags)
    {
        if (TryUnlink(directory, name, flags))
        {
            return 0;
        }

        int error = Marshal.GetLastPInvokeError();
        return error is not FileCalls.NoAccess || FileCalls.ChangeMode(directory, 0x1C0) != 0 ? error
            : TryUnlink(directory, name, flags) ? 0
            : Marshal.GetLastPInvokeError();
    }

    private static bool TryUnlink(int directory, byte* name, int flags) =>
        FileCalls.UnlinkAt(directory, name, flags) == 0 || Marshal.GetLastPInvokeError() is FileCalls.NoEntry;

    /// <summary>Remembers the first that stays; answers false.</summary>
    private bool Blame(byte* name)
    {
        _problem ??= $"'{Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name))}' cannot be deleted: {FileCalls.LastError()}.";
        return false;
    }
}
