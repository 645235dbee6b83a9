namespace FuncExec.ExecutorPlugins.Processes;

/// <summary>Why a process was not started. The names are shown, among the details of a command's attempt.</summary>
public enum StartFailure
{
    /// <summary>No such program, or the interpreter it names is not there.</summary>
    NotFound = 1,

    /// <summary>It is there but may not or cannot be executed.</summary>
    NotExecutable,

    /// <summary>Arguments and environment together are longer than the system takes.</summary>
    TooLong,

    /// <summary>The working directory is not there or may not be entered.</summary>
    BadWorkingDirectory,
}
