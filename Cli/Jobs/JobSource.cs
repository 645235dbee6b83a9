namespace FuncExec.Cli.Jobs;

/// <summary>Where a job comes from.</summary>
internal abstract record JobSource
{
    /// <summary>The largest number of attempts of a task.</summary>
    public const int MostRetries = 1000;

    private JobSource()
    {
    }

    /// <summary>One command on the command line.</summary>
    public sealed record Command : JobSource
    {
        /// <summary>The command and its arguments.</summary>
        public required IReadOnlyList<string> Words { get; init; }

        /// <summary>The job's name, or null.</summary>
        public string? Name { get; init; }

        /// <summary>How long the command may run, as the service reads it; or null.</summary>
        public string? Timeout { get; init; }

        /// <summary>How many more attempts there may be.</summary>
        public int Retries { get; init; }

        /// <summary>Whether a shell reads the command.</summary>
        public bool Shell { get; init; }

        /// <summary>Where it starts, or null for wherever commands start.</summary>
        public string? Directory { get; init; }

        /// <summary>Whether it gets standard input.</summary>
        public bool PassInput { get; init; }
    }

    /// <summary>A job document.</summary>
    /// <param name="Path">Its file; <c>-</c> for standard input.</param>
    public sealed record Document(string Path) : JobSource;
}

/// <summary>Which of the variables that there are here the command gets.</summary>
/// <param name="Given">Names, or names with values.</param>
/// <param name="All">Whether it gets all.</param>
internal sealed record VariableChoice(IReadOnlyList<string> Given, bool All);
