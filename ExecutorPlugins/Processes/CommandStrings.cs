namespace FuncExec.ExecutorPlugins.Processes;

/// <summary>Refuses what no system can take: a NUL within a string ends it early.</summary>
internal static class CommandStrings
{
    /// <exception cref="ArgumentException">A string contains NUL, or a variable's name is empty or contains '='.</exception>
    public static void ThrowIfInvalid(ProcessCommand command)
    {
        bool valid = IsValid(command.FileName) && IsValid(command.WorkingDirectory);
        for (int i = 0; i < command.Arguments.Count && valid; i++)
        {
            valid = IsValid(command.Arguments[i]);
        }

        foreach ((string name, string value) in command.Environment)
        {
            valid = valid && name.Length > 0 && !name.Contains('=') && IsValid(name) && IsValid(value);
        }

        if (!valid)
        {
            throw new ArgumentException("A string of the command contains NUL, or a variable's name is empty or contains '='.", nameof(command));
        }
    }

    public static bool IsValid(string text) => !text.Contains('\0');
}
