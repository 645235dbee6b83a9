namespace FuncExec.ExecutorPlugins.Processes;

/// <summary>What to start, and how it is ended.</summary>
public sealed record ProcessCommand
{
    /// <summary>
    /// The program. With a slash it is a path, relative to <see cref="WorkingDirectory"/>; without one it is looked up in
    /// the absolute directories of <see cref="Environment"/>'s <c>PATH</c>.
    /// </summary>
    public required string FileName { get; init; }

    /// <summary>Its arguments, passed as they are: no shell sees them.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Its whole environment: nothing of the service's is added but a mark by which the runner finds the tree.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Where it starts: an absolute path.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>What it reads from standard input; by default nothing.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>How long it may run from its start, or null.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long the tree has between SIGTERM and SIGKILL; default 5 s.</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Ends the tree at once, without SIGTERM and its grace. Whoever cancels it cancels the call's own token too.</summary>
    public CancellationToken Kill { get; init; }
}
