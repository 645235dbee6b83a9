namespace FuncExec.ExecutorPlugins.Processes;

/// <summary>Tells a command's own mistake from a machine at its end, by the number that the system gave.</summary>
internal static class StartFailures
{
    private const int EPerm = 1, ENoEnt = 2, E2Big = 7, ENoExec = 8, EAcces = 13, ENotDir = 20, EIsDir = 21, EInval = 22,
        ETxtBsy = 26, ENameTooLong = 36, ELoop = 40, ELibBad = 80;

    /// <summary>The outcome for an errno of a failed start.</summary>
    /// <exception cref="ProcessRunnerException">No command has caused it.</exception>
    public static ProcessOutcome.NotStarted From(int errno, ProcessCommand command, string path)
    {
        if (CheckDirectory(command) is { } directory)
        {
            return directory;
        }

        return errno switch
        {
            ENoEnt or ENotDir or ENameTooLong or ELoop => new(StartFailure.NotFound, File.Exists(Path.Combine(command.WorkingDirectory, path))
                ? $"'{path}' is there, but the interpreter or loader that it names is not."
                : $"'{path}' was not found."),
            EAcces or EPerm or EIsDir => new(StartFailure.NotExecutable, $"'{path}' may not be executed."),
            ENoExec or EInval or ELibBad => new(StartFailure.NotExecutable, $"'{path}' is not in a format that this machine executes; a script needs a first line that names its interpreter."),
            ETxtBsy => new(StartFailure.NotExecutable, $"'{path}' is being written to and cannot be executed now."),
            E2Big => new(StartFailure.TooLong, "The arguments and the environment are together longer than this machine takes."),
            _ => throw new ProcessRunnerException(
                $"A process could not be started: {ExhaustedLimits.Explain(errno)}"),
        };
    }

    /// <summary>The outcome when the working directory is at fault, else null.</summary>
    public static ProcessOutcome.NotStarted? CheckDirectory(ProcessCommand command) =>
        Directory.Exists(command.WorkingDirectory)
            ? null
            : new(StartFailure.BadWorkingDirectory, $"The working directory '{command.WorkingDirectory}' is not there or may not be entered.");
}
