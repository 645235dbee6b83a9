namespace FuncExec.ExecutorPlugins.Processes.Streams;

/// <summary>Finds the program to hand to a library that looks for it in the service's own environment.</summary>
internal static class ProgramFiles
{
    /// <summary>The file to start, absolute but on Windows, or why there is none.</summary>
    public static (string? Path, ProcessOutcome.NotStarted? Failure) Find(ProcessCommand command)
    {
        if (OperatingSystem.IsWindows())
        {
            return (command.FileName, null);
        }

        (string? path, ProcessOutcome.NotStarted? failure) = ExecutableFinder.Find(command);
        if (path is null)
        {
            return (null, failure);
        }

        string full = Path.Combine(command.WorkingDirectory, path);
        return Directory.Exists(full)
            ? (null, new ProcessOutcome.NotStarted(StartFailure.NotExecutable, $"'{path}' is a directory."))
            : (full, null);
    }
}
