using System.Runtime.InteropServices;
using FuncExec.ExecutorPlugins.Processes.Linux.Survivors;
using Microsoft.Extensions.Logging;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>
/// One command and its tree, from start to outcome. Made on the caller's thread; after <see cref="Begin"/> everything
/// happens on the loop's. The leader is reaped last: until then its id, its group's and its session's cannot be another's.
/// </summary>
internal sealed unsafe partial class LinuxProcess(
    ProcessLoop loop,
    long sequence,
    int pid,
    ProcessStart start,
    SurvivorJournal? journal,
    ProcessPipes pipes,
    ProcessCommand command,
    ITaskOutput output,
    TimeProvider time,
    ILogger logger)
{
    private readonly TaskCompletionSource<ProcessOutcome> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _pidfd = -1;
    private int _written;
    private ITimer? _timeout;
    private CancellationTokenRegistration _cancellation;
    private CancellationTokenRegistration _kill;
    private ProcessOutcome? _exit;
    private ProcessOutcome? _stopped;
    private Exception? _fault;
    private bool _givenUp;

    public long Sequence => sequence;

    public int Pid => pid;

    /// <summary>What to watch; the process itself last, for its end is what takes everything apart.</summary>
    public (int Fd, StreamKind Kind)[] Descriptors =>
        [(pipes.Output, StreamKind.Output), (pipes.Error, StreamKind.Error), (pipes.Input, StreamKind.Input), (_pidfd, StreamKind.Process)];

    /// <summary>Records the started process and has it watched.</summary>
    /// <exception cref="ProcessRunnerException">The system refuses; the process is gone then.</exception>
    public Task<ProcessOutcome> Begin(CancellationToken cancellationToken)
    {
        Task<ProcessOutcome> outcome = _completion.Task;
        try
        {
            Record(pid, start.From, start.To);
        }
        catch (ProcessRunnerException)
        {
            Abandon();
            throw;
        }

        _pidfd = LibC.PidfdOpen(pid);
        if (command.Timeout is { } timeout)
        {
            _timeout = time.CreateTimer(Post, LoopSignal.Timeout, timeout, Timeout.InfiniteTimeSpan);
        }

        _cancellation = cancellationToken.UnsafeRegister(Post, LoopSignal.Cancel);
        _kill = command.Kill.UnsafeRegister(Post, LoopSignal.Kill);
        pipes.WatchedBy = loop.Epoll;
        if (_pidfd < 0 || !loop.Register(this))
        {
            int error = Marshal.GetLastPInvokeError();
            Abandon();
            throw new ProcessRunnerException($"A process could not be watched: {ExhaustedLimits.Explain(error)}");
        }

        return outcome;
    }

    /// <summary>Takes what epoll says.</summary>
    public void Handle(StreamKind ready)
    {
        switch (ready)
        {
            case StreamKind.Process:
                OnExit();
                break;
            case StreamKind.Input:
                WriteInput();
                break;
            case StreamKind.Output or StreamKind.Error when _phase is Phase.Draining:
                Drain();
                break;
            case StreamKind.Output or StreamKind.Error:
                _ = ReadOutput(ready);
                break;
        }
    }

    private void Post(object? signal) => loop.Post(this, (LoopSignal)signal!);

    private void WriteInput()
    {
        if (pipes.Input < 0)
        {
            return;
        }

        ReadOnlySpan<byte> rest = command.Input.Span[_written..];
        fixed (byte* start = rest)
        {
            nint count = LibC.Write(pipes.Input, start, rest.Length);
            if (count < 0 && Marshal.GetLastPInvokeError() is LibC.EAgain or LibC.EIntr)
            {
                return;
            }

            // A reader that has closed its end has read what it wanted: no mistake of anybody's.
            _written += (int)Math.Max(0, count);
            if (count < 0 || _written == command.Input.Length)
            {
                pipes.CloseInput();
            }
        }
    }

    /// <summary>Ends and reaps a process that could not be watched.</summary>
    private void Abandon()
    {
        _ = LibC.Kill(-pid, LibC.SigKill);
        LibC.ExitInfo info = default;
        while (LibC.WaitId(WaitKind.Pid, pid, &info, WaitOptions.Exited) != 0 && Marshal.GetLastPInvokeError() == LibC.EIntr)
        {
        }

        Forget();
        Release();
        if (_pidfd >= 0)
        {
            _ = LibC.Close(_pidfd);
        }
    }

    /// <summary>Lets go of everything but the process itself.</summary>
    private void Release()
    {
        _timeout?.Dispose();
        _tick?.Dispose();
        _ = _cancellation.Unregister();
        _ = _kill.Unregister();
        pipes.CloseOwnEnds();
    }
}
