namespace FuncExec.ExecutorPlugins.Processes;

/// <summary>Processes cannot be run for a reason that no command has caused.</summary>
public sealed class ProcessRunnerException : Exception
{
    /// <summary>Says what happened and what to do.</summary>
    public ProcessRunnerException(string message)
        : base(message)
    {
    }

    /// <summary>Says what happened and what to do.</summary>
    public ProcessRunnerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
