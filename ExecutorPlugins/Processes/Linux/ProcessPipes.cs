using System.Runtime.InteropServices;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>
/// The pipes between a process and us, -1 where there is none. Every end is closed on exec, so that no other child
/// inherits it; ours do not block.
/// </summary>
internal sealed unsafe class ProcessPipes
{
    public int Input { get; private set; } = -1;

    public int Output { get; private set; } = -1;

    public int Error { get; private set; } = -1;

    public int ChildInput { get; private set; } = -1;

    public int ChildOutput { get; private set; } = -1;

    public int ChildError { get; private set; } = -1;

    /// <summary>The epoll that watches our ends, or -1.</summary>
    public int WatchedBy { get; set; } = -1;

    private int _enlarged;
    private int _isOpen;

    /// <summary>Opens the pipes.</summary>
    /// <exception cref="ProcessRunnerException">There are no descriptors left.</exception>
    public static ProcessPipes Open(bool withInput)
    {
        ProcessPipes pipes = new();
        try
        {
            (pipes.Output, pipes.ChildOutput) = OpenOne();
            (pipes.Error, pipes.ChildError) = OpenOne();
            MakeNonBlocking(pipes.Output);
            MakeNonBlocking(pipes.Error);
            if (withInput)
            {
                (pipes.ChildInput, pipes.Input) = OpenOne();
                MakeNonBlocking(pipes.Input);
            }

            pipes._isOpen = 1;
            DescriptorReserve.Enter();
            return pipes;
        }
        catch
        {
            pipes.CloseChildEnds();
            pipes.CloseOwnEnds();
            throw;
        }
    }

    /// <summary>Closes what the child has copies of.</summary>
    public void CloseChildEnds()
    {
        ChildInput = Close(ChildInput);
        ChildOutput = Close(ChildOutput);
        ChildError = Close(ChildError);
    }

    public void CloseOwnEnds()
    {
        CloseInput();
        CloseOutput();
        CloseError();
        if (Interlocked.Exchange(ref _isOpen, 0) != 0)
        {
            DescriptorReserve.Leave();
        }

        for (; _enlarged > 0; _enlarged--)
        {
            PipeSizes.GiveBack();
        }
    }

    /// <summary>Makes one of the pipes that we read larger, where the system has room for it.</summary>
    public void Enlarge(int fd)
    {
        if (PipeSizes.TryEnlarge(fd))
        {
            _enlarged++;
        }
    }

    public void CloseInput() => Input = CloseOwn(Input);

    public void CloseOutput() => Output = CloseOwn(Output);

    public void CloseError() => Error = CloseOwn(Error);

    private static (int Read, int Write) OpenOne()
    {
        int* ends = stackalloc int[2];
        int error = LibC.Pipe(ends, LibC.CloseOnExec) == 0 ? 0 : Marshal.GetLastPInvokeError();
        if (error == 0 && !DescriptorReserve.IsTouchedBy(ends[1]))
        {
            return (ends[0], ends[1]);
        }

        if (error == 0)
        {
            _ = Close(ends[0]);
            _ = Close(ends[1]);
            error = LibC.EMFile;
        }

        throw new ProcessRunnerException($"No pipe could be opened: {ExhaustedLimits.Explain(error)}");
    }

    private static void MakeNonBlocking(int fd)
    {
        if (LibC.Fcntl(fd, LibC.SetStatusFlags, LibC.NonBlock) != 0)
        {
            throw new ProcessRunnerException($"A pipe could not be made non-blocking (error {Marshal.GetLastPInvokeError()}).");
        }
    }

    private int CloseOwn(int fd)
    {
        if (fd >= 0 && WatchedBy >= 0)
        {
            LibC.Unwatch(WatchedBy, fd);
        }

        return Close(fd);
    }

    private static int Close(int fd)
    {
        if (fd >= 0)
        {
            _ = LibC.Close(fd);
        }

        return -1;
    }
}
