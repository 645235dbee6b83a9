namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>The first argument of waitid.</summary>
internal static class WaitKind
{
    public const int Pid = 1;
}

/// <summary>The options of waitid.</summary>
internal static class WaitOptions
{
    public const int NoHang = 1, Exited = 4, NoReap = 0x01000000;
}

/// <summary>Sends signals to exactly the process meant.</summary>
internal static class ProcessSignals
{
    /// <summary>
    /// Sends by descriptor, after a look whether the descriptor is of the process meant: its id may have been given to
    /// another since.
    /// </summary>
    public static void Send(ProcStat process, int signal)
    {
        int pidfd = LibC.PidfdOpen(process.Pid);
        if (pidfd < 0)
        {
            return;
        }

        if (ProcStat.Read(process.Pid)?.StartTime == process.StartTime)
        {
            _ = LibC.PidfdSendSignal(pidfd, signal);
        }

        _ = LibC.Close(pidfd);
    }
}
