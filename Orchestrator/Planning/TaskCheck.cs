using System.Text.Json.Serialization;

namespace FuncExec.Orchestrator.Planning;

/// <summary>Attempts of one step that gave no answer for long. Stored in histories.</summary>
public sealed record TaskCheck
{
    /// <summary>The attempts, at most a lane's window.</summary>
    [JsonPropertyName("attempts")]
    public required IReadOnlyList<TaskAttempt> Attempts { get; init; }
}

/// <summary>What was found about attempts: a verdict for each, in order; null for one that goes on as it should. Stored in histories.</summary>
public sealed record TaskFindings
{
    /// <summary>The verdicts.</summary>
    [JsonPropertyName("verdicts")]
    public required IReadOnlyList<TaskVerdict?> Verdicts { get; init; }
}
