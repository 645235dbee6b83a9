using System.Text.Json.Serialization;

namespace FuncExec.Orchestrator.Summaries;

/// <summary>How many tasks ended how.</summary>
public sealed record SummaryCounts
{
    /// <summary>All.</summary>
    [JsonPropertyName("total")]
    public required int Total { get; init; }

    /// <summary>Those that succeeded.</summary>
    [JsonPropertyName("succeeded")]
    public required int Succeeded { get; init; }

    /// <summary>Those whose last attempt failed.</summary>
    [JsonPropertyName("failed")]
    public required int Failed { get; init; }

    /// <summary>Those ended on demand or never begun because the job ended.</summary>
    [JsonPropertyName("cancelled")]
    public required int Cancelled { get; init; }

    /// <summary>Those whose last attempt took too long.</summary>
    [JsonPropertyName("timedOut")]
    public required int TimedOut { get; init; }

    /// <summary>Those never begun because a step they need did not succeed.</summary>
    [JsonPropertyName("skipped")]
    public required int Skipped { get; init; }
}
