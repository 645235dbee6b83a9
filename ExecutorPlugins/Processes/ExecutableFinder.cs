using FuncExec.ExecutorPlugins.Processes.Linux;

namespace FuncExec.ExecutorPlugins.Processes;

/// <summary>
/// Finds a program as the command's own environment says, not the service's. Relative directories in PATH are not
/// searched: which program runs must not depend on where it starts. Not for Windows, which has its own rules.
/// </summary>
internal static class ExecutableFinder
{
    /// <summary>Where programs are looked for by whom no PATH is given.</summary>
    public const string DefaultPath = "/usr/local/bin:/usr/bin:/bin";

    /// <summary>The PATH of an environment.</summary>
    public static string PathOf(IReadOnlyDictionary<string, string> environment) => environment.GetValueOrDefault("PATH", DefaultPath);

    /// <summary>Answers a path that looks executable, or why there is none.</summary>
    public static (string? Path, ProcessOutcome.NotStarted? Failure) Find(ProcessCommand command)
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

        (string? path, bool isThere) = FindInPath(name, PathOf(command.Environment));
        return path is not null ? (path, null)
            : (null, isThere
                ? new ProcessOutcome.NotStarted(StartFailure.NotExecutable, $"'{name}' is in PATH but may not be executed.")
                : new ProcessOutcome.NotStarted(StartFailure.NotFound, $"'{name}' was not found in PATH."));
    }

    /// <summary>The first program of a name, and whether there is at least a file of it.</summary>
    public static (string? Path, bool IsThere) FindInPath(string name, string path)
    {
        bool isThere = false;
        foreach (Range part in path.AsSpan().Split(':'))
        {
            ReadOnlySpan<char> directory = path.AsSpan()[part];
            if (directory.Length == 0 || directory[0] != '/')
            {
                continue;
            }

            string candidate = $"{directory.TrimEnd('/')}/{name}";
            const int exists = 0, execute = 1;

            // What the C library's search asks too; a directory is executable in another sense.
            if (LibC.Access(candidate, exists) == 0 && !Directory.Exists(candidate))
            {
                if (LibC.Access(candidate, execute) == 0)
                {
                    return (candidate, true);
                }

                isThere = true;
            }
        }

        return (null, isThere);
    }
}
