namespace FuncExec.ExecutorPlugins.Processes;

/// <summary>
/// Finds a program as the command's own environment says, not the service's. Relative directories in PATH are not
/// searched: which program runs must not depend on where it starts.
/// </summary>
internal static class ExecutableFinder
{
    private const string DefaultPath = "/usr/local/bin:/usr/bin:/bin";

    /// <summary>Answers a path that looks executable, or why there is none.</summary>
    public static (string? Path, ProcessOutcome.NotStarted? Failure) Find(ProcessCommand command, Func<string, FileAccess> probe)
    {
        string name = command.FileName;
        if (name.Contains('/'))
        {
            return (name, null);
        }

        if (name.Length == 0)
        {
            return (null, new ProcessOutcome.NotStarted(StartFailure.NotFound, "The command is empty."));
        }

        bool found = false;
        string path = command.Environment.GetValueOrDefault("PATH", DefaultPath);
        foreach (Range part in path.AsSpan().Split(':'))
        {
            ReadOnlySpan<char> directory = path.AsSpan()[part];
            if (directory.Length == 0 || directory[0] != '/')
            {
                continue;
            }

            string candidate = $"{directory.TrimEnd('/')}/{name}";
            FileAccess access = probe(candidate);
            if (access is FileAccess.Execute)
            {
                return (candidate, null);
            }

            found |= access is FileAccess.Exists;
        }

        return (null, found
            ? new ProcessOutcome.NotStarted(StartFailure.NotExecutable, $"'{name}' is in PATH but may not be executed.")
            : new ProcessOutcome.NotStarted(StartFailure.NotFound, $"'{name}' was not found in PATH."));
    }

    /// <summary>What may be done with a file.</summary>
    internal enum FileAccess
    {
        /// <summary>There is no such file.</summary>
        None,

        /// <summary>It is there and cannot be executed.</summary>
        Exists,

        /// <summary>It can be executed.</summary>
        Execute,
    }
}
