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

    /// <summary>How many steps a job has at most: the plan of all of them is one payload in its root's history.</summary>
    public const int Steps = 20_000;

    /// <summary>How many needs its steps have together at most.</summary>
    public const int Needs = 100_000;

    /// <summary>How deep a document is nested at most.</summary>
    public const int Nesting = 32;

    /// <summary>The largest <c>maxParallelism</c>.</summary>
    public const int MaxParallelism = 10_000;

    /// <summary>How many globs name the artifacts of a task at most.</summary>
    public const int ArtifactPaths = 100;

    /// <summary>How long such a glob is at most, in characters.</summary>
    public const int ArtifactPathLength = 1024;

    /// <summary>How many mistakes are named in one go.</summary>
    public const int Mistakes = 50;

    /// <summary>The longest timeout.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromDays(365);

    /// <summary>The longest pause between attempts.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromDays(1);
}
