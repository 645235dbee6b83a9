namespace FuncExec.Cli;

/// <summary>What the command line ends with, unless with what its command ended with.</summary>
internal static class ExitCodes
{
    /// <summary>Several tasks: one of them did not succeed.</summary>
    public const int SomeFailed = 1;

    /// <summary>The command, or its job, ran longer than it may.</summary>
    public const int TimedOut = 124;

    /// <summary>FuncExec's own failure: wrong options, a refused job, no service, a lost node.</summary>
    public const int Failure = 125;

    /// <summary>The command is there and cannot be executed.</summary>
    public const int NotExecutable = 126;

    /// <summary>There is no such command.</summary>
    public const int NotFound = 127;

    /// <summary>Nobody reads standard output any more: as SIGPIPE would have ended it.</summary>
    public const int OutputClosed = Signalled + 13;

    /// <summary>A signal ended it: this and the signal's number.</summary>
    public const int Signalled = 128;
}
