namespace FuncExec.Orchestrator.Reading;

/// <summary>The bounds of a job document.</summary>
public static class JobLimits
{
    /// <summary>The largest document, in bytes.</summary>
    public const int DocumentBytes = 32 * 1024 * 1024;

    /// <summary>The largest payload, in bytes of JSON.</summary>
    public const int PayloadBytes = 256 * 1024;

    /// <summary>How many tasks a job has at most.</summary>
    public const int Tasks = 100_000;

    /// <summary>How deep a document is nested at most.</summary>
    public const int Nesting = 32;

    /// <summary>The largest <c>maxParallelism</c>.</summary>
    public const int MaxParallelism = 10_000;

    /// <summary>The longest that a job may be as its orchestration's input, in characters of JSON.</summary>
    public const int StoredCharacters = 4 * 1024 * 1024;

    /// <summary>How many mistakes are named in one go.</summary>
    public const int Mistakes = 50;

    /// <summary>The longest timeout.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromDays(365);

    /// <summary>The longest pause between attempts.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromDays(1);
}
