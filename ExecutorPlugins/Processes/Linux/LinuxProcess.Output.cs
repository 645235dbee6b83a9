using System.Runtime.InteropServices;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>What the process writes: read as it comes, and not while the reader's reader has no room.</summary>
internal sealed unsafe partial class LinuxProcess
{
    /// <summary>What a pipe holds unless it is enlarged; a read of so much found it full.</summary>
    private const int UsualPipeSize = 64 * 1024;

    /// <summary>So many full reads make a stream busy.</summary>
    private const int BusyReads = 4;

    /// <summary>The most that is read of a stream after the end, whoever still writes to it: more than a pipe holds.</summary>
    private const int MostAfterEnd = 2 * 1024 * 1024;

    private readonly Task?[] _room = new Task?[2];
    private readonly int[] _fullReads = new int[2];
    private readonly int[] _afterEnd = new int[2];

    private bool IsPaused => _room[0] is not null || _room[1] is not null;

    private static int Index(StreamKind kind) => kind is StreamKind.Output ? 0 : 1;

    private int Descriptor(StreamKind kind) => kind is StreamKind.Output ? pipes.Output : pipes.Error;

    /// <summary>Reads once; answers whether there may be more now.</summary>
    private bool ReadOutput(StreamKind kind)
    {
        int fd = Descriptor(kind);
        if (fd < 0)
        {
            return false;
        }

        fixed (byte* buffer = loop.Buffer)
        {
            nint count = LibC.Read(fd, buffer, loop.Buffer.Length);
            if (count > 0)
            {
                Deliver(kind, new ReadOnlySpan<byte>(buffer, (int)count));
                return true;
            }

            if (count < 0 && Marshal.GetLastPInvokeError() is LibC.EAgain or LibC.EIntr)
            {
                return false;
            }
        }

        CloseOutput(kind);
        return false;
    }

    private void CloseOutput(StreamKind kind)
    {
        if (kind is StreamKind.Output)
        {
            pipes.CloseOutput();
        }
        else
        {
            pipes.CloseError();
        }
    }

    private void Deliver(StreamKind kind, ReadOnlySpan<byte> bytes)
    {
        _afterEnd[Index(kind)] += bytes.Length;
        if (_fault is not null)
        {
            return;
        }

        if (bytes.Length >= UsualPipeSize && ++_fullReads[Index(kind)] == BusyReads)
        {
            pipes.Enlarge(Descriptor(kind));
        }

        OutputStream stream = kind is StreamKind.Output ? OutputStream.Stdout : OutputStream.Stderr;
        try
        {
            output.Write(stream, bytes);
            AwaitRoom(kind, output.WaitForRoomAsync(stream));
        }
        catch (Exception exception) // Someone else's code; the caller gets what it threw.
        {
            Fail(exception);
        }
    }

    private void Fail(Exception exception)
    {
        _fault ??= exception;
        Stop(new ProcessOutcome.Cancelled());
    }

    /// <summary>Stops reading a stream until there is room; the command then waits for us, as at any full pipe.</summary>
    private void AwaitRoom(StreamKind kind, ValueTask room)
    {
        if (room.IsCompleted)
        {
            room.GetAwaiter().GetResult();
            return;
        }

        if (_room[Index(kind)] is null)
        {
            LibC.Unwatch(loop.Epoll, Descriptor(kind));
        }

        Task waiting = room.AsTask();
        _room[Index(kind)] = waiting;
        LoopSignal signal = kind is StreamKind.Output ? LoopSignal.OutputRoom : LoopSignal.ErrorRoom;
        _ = waiting.ContinueWith(_ => loop.Post(this, signal), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void OnRoom(StreamKind kind)
    {
        if (_phase is Phase.Done || _room[Index(kind)] is not { IsCompleted: true } waited)
        {
            return;
        }

        _room[Index(kind)] = null;
        if (!waited.IsCompletedSuccessfully)
        {
            Fail(waited.Exception?.InnerException ?? new TaskCanceledException(waited));
        }

        int fd = Descriptor(kind);
        if (_phase is Phase.Draining)
        {
            Drain();
        }
        else if (fd >= 0 && !loop.Watch(this, fd, kind))
        {
            Fail(new ProcessRunnerException($"A pipe could not be watched: {ExhaustedLimits.Explain(Marshal.GetLastPInvokeError())}"));
        }
    }

    /// <summary>
    /// Reads what the ended tree has left in the pipes, waiting for room; without waiting once the caller has given up:
    /// it is no more than the pipes hold.
    /// </summary>
    private void Drain()
    {
        bool waits = _fault is null && _stopped is not ProcessOutcome.Cancelled && !_givenUp;
        bool more = true;
        while (more)
        {
            more = ReadRest(StreamKind.Output, waits) | ReadRest(StreamKind.Error, waits);
        }

        if (!waits || !IsPaused)
        {
            Finish();
        }
    }

    private bool ReadRest(StreamKind kind, bool waits) =>
        !(waits && _room[Index(kind)] is not null) && _afterEnd[Index(kind)] < MostAfterEnd && ReadOutput(kind);
}
