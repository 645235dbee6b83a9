using System.Buffers;
using System.Runtime.InteropServices;
using FuncExec.WorkerFunctions.Files.Native;

namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>Clones single files with as few calls as can be. One for a file system: it learns whether that can reflink.</summary>
internal sealed unsafe class FileCloner
{
    private const int BufferSize = 256 * 1024;
    private const uint PlainMode = 0x1A4, ExecutableMode = 0x1ED;

    private volatile bool _canReflink = true;

    /// <summary>Makes a new file of the same content, rights and time of change.</summary>
    /// <exception cref="IOException">It cannot be done; the target may be there in part.</exception>
    /// <exception cref="OperationCanceledException">The target may be there in part.</exception>
    public void Clone(string source, string target, CachedTree.FileItem item, CancellationToken cancellationToken)
    {
        if (!FileCalls.IsSupported)
        {
            File.Copy(source, target);
            return;
        }

        int from = FileCalls.OpenAt(FileCalls.CurrentDirectory, source, FileCalls.ReadOnly | FileCalls.NoFollow | FileCalls.CloseOnExec, 0);
        ThrowIfFailed(from, source);
        try
        {
            const int Flags = FileCalls.WriteOnly | FileCalls.Create | FileCalls.Exclusive | FileCalls.CloseOnExec;
            int to = FileCalls.OpenAt(FileCalls.CurrentDirectory, target, Flags, item.IsExecutable ? ExecutableMode : PlainMode);
            ThrowIfFailed(to, target);
            try
            {
                if (item.Size > 0 && !TryReflink(from, to))
                {
                    Copy(from, to, item.Size, source, target, cancellationToken);
                }

                SetModified(to, item.Modified, target);
            }
            finally
            {
                _ = FileCalls.Close(to);
            }
        }
        finally
        {
            _ = FileCalls.Close(from);
        }
    }

    private bool TryReflink(int from, int to)
    {
        if (_canReflink && FileCalls.Control(to, FileCalls.CloneRequest, from) == 0)
        {
            return true;
        }

        _canReflink = false;
        return false;
    }

    private static void Copy(int from, int to, long size, string source, string target, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(size, BufferSize));
        try
        {
            fixed (byte* start = buffer)
            {
                for (long copied = 0; copied < size;)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    nint count = FileCalls.Read(from, start, buffer.Length);
                    ThrowIfFailed(count, source);
                    if (count == 0)
                    {
                        throw new IOException($"'{source}' has {copied} bytes where {size} were expected.");
                    }

                    Write(to, start, count, target);
                    copied += count;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Write(int to, byte* start, nint count, string target)
    {
        for (nint written = 0; written < count;)
        {
            nint step = FileCalls.Write(to, start + written, count - written);
            ThrowIfFailed(step, target);
            written += step;
        }
    }

    private static void SetModified(int fd, DateTime modified, string target)
    {
        long ticks = (modified - DateTime.UnixEpoch).Ticks;
        long seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out long rest);
        if (rest < 0)
        {
            seconds--;
            rest += TimeSpan.TicksPerSecond;
        }

        FileCalls.TimeSpec* times = stackalloc FileCalls.TimeSpec[2];
        times[0] = times[1] = new FileCalls.TimeSpec { Seconds = seconds, Nanoseconds = rest * 100 };
        ThrowIfFailed(FileCalls.SetTimes(fd, times), target);
    }

    private static void ThrowIfFailed(nint result, string path)
    {
        if (result < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            string message = $"'{path}': {Marshal.GetPInvokeErrorMessage(error)}";
            throw error is FileCalls.NoEntry ? new FileNotFoundException(message) : new IOException(message);
        }
    }
}
