using System.Text.Json.Serialization;

namespace FuncExec.WorkerFunctions.Api.Answers;

/// <summary>A refusal as it is shown: problem details (RFC 9457).</summary>
internal sealed record Problem
{
    public string Type { get; init; } = "about:blank";

    public required string Title { get; init; }

    public required int Status { get; init; }

    public required string Detail { get; init; }

    /// <summary>What is at fault: JSON paths, parameters or headers, each with what is wrong; left out where input is not at fault.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }
}
