using System.Collections;

namespace FuncExec.Cli.Jobs;

/// <summary>
/// What this process was started with. Taken at the start: a service in this process reads settings into its environment.
/// </summary>
internal sealed class Caller
{
    // Of an outer command: the inner one gets its own.
    private static readonly string[] _own = ["FUNCEXEC_JOB", "FUNCEXEC_TASK", "FUNCEXEC_ATTEMPT", "FUNCEXEC_FENCING_TOKEN", "FUNCEXEC_KEY"];

    private readonly Dictionary<string, string> _variables;

    private Caller(string directory, Dictionary<string, string> variables)
    {
        Directory = directory;
        _variables = variables;
    }

    /// <summary>The working directory, an absolute path.</summary>
    public string Directory { get; }

    /// <summary>Takes it from this process.</summary>
    /// <exception cref="CliException">The working directory is gone.</exception>
    public static Caller OfProcess()
    {
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        try
        {
            return new Caller(Environment.CurrentDirectory, variables);
        }
        catch (IOException exception)
        {
            throw new CliException("The working directory is not there any more. Change to another.", exception);
        }
    }

    /// <summary>The variables for a command.</summary>
    /// <param name="choice">What was asked for.</param>
    /// <param name="alsoUsual">Whether it gets PATH, HOME and the locale unasked.</param>
    /// <exception cref="CliException">One is asked for that is not there, or its name is none.</exception>
    public IReadOnlyDictionary<string, string> Variables(VariableChoice choice, bool alsoUsual)
    {
        Dictionary<string, string> chosen = new(StringComparer.Ordinal);
        foreach ((string name, string value) in _variables)
        {
            if (choice.All ? !_own.Contains(name) : alsoUsual && IsUsual(name))
            {
                chosen[name] = value;
            }
        }

        foreach (string given in choice.Given)
        {
            int sign = given.IndexOf('=', StringComparison.Ordinal);
            string name = sign < 0 ? given : given[..sign];
            if (name.Length == 0)
            {
                throw new CliException($"--env '{given}' has no name. Write NAME=VALUE, or NAME for the value that it has here.");
            }

            chosen[name] = sign >= 0 ? given[(sign + 1)..]
                : _variables.TryGetValue(name, out string? value) ? value
                : throw new CliException($"--env {name}: there is no such variable here. Write {name}=VALUE to give it one.");
        }

        return chosen;
    }

    private static bool IsUsual(string name) => name is "PATH" or "HOME" or "LANG" || name.StartsWith("LC_", StringComparison.Ordinal);
}
