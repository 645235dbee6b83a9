namespace FuncExec.Cli.Services;

/// <summary>What the command line needs of a job.</summary>
internal sealed record JobInfo
{
    /// <summary>Its id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Its name, if it has one.</summary>
    public string? Name { get; init; }

    /// <summary>Its status.</summary>
    public string Status { get; init; } = "";

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Its tasks by status.</summary>
    public CountsInfo? Counts { get; init; }

    /// <summary>Why it did not succeed.</summary>
    public string? Error { get; init; }
}

/// <summary>How many tasks stand where.</summary>
internal sealed record CountsInfo
{
    public int Total { get; init; }

    public int Queued { get; init; }

    public int Running { get; init; }

    public int Succeeded { get; init; }

    public int Failed { get; init; }

    public int Cancelled { get; init; }

    public int TimedOut { get; init; }

    public int Skipped { get; init; }
}
