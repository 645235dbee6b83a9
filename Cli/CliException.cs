namespace FuncExec.Cli;

/// <summary>The command line cannot do what it was asked for. The message says why and what to do.</summary>
internal sealed class CliException : Exception
{
    public CliException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>What the process ends with.</summary>
    public int ExitCode { get; init; } = ExitCodes.Failure;
}
