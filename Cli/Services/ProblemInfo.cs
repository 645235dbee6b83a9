namespace FuncExec.Cli.Services;

/// <summary>Why the service did not do something.</summary>
internal sealed record ProblemInfo
{
    /// <summary>What it is about.</summary>
    public string? Title { get; init; }

    /// <summary>What happened.</summary>
    public string? Detail { get; init; }

    /// <summary>What is wrong in the input, by its place.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }
}
