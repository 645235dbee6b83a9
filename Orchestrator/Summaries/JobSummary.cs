using System.Text.Json.Serialization;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Orchestrator.Summaries;

/// <summary>
/// What has become of a job, in short: the output of its orchestration, which the status query URL shows. The whole
/// stands in the ledger. Stored in histories.
/// </summary>
public sealed record JobSummary
{
    /// <summary>How many tasks are listed at most; those that did not succeed come first.</summary>
    public const int TaskLimit = 20;

    /// <summary>How many bytes of a task's output are shown at most.</summary>
    public const int OutputLimit = 1024;

    /// <summary>What the official host takes as custom status is 16 KiB of UTF-16; this leaves room for escapes.</summary>
    private const int CustomOutputCharacters = 100;

    /// <summary>The job's status.</summary>
    [JsonPropertyName("status")]
    public required JobStatus Status { get; init; }

    /// <summary>Why it did not succeed, beginning with its status; null if it did.</summary>
    [JsonPropertyName("error")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    /// <summary>How many tasks ended how.</summary>
    [JsonPropertyName("counts")]
    public required SummaryCounts Counts { get; init; }

    /// <summary>At most 20 tasks.</summary>
    [JsonPropertyName("tasks")]
    public required IReadOnlyList<TaskSummary> Tasks { get; init; }

    /// <summary>The same with so little of outputs and errors that every host takes it as custom status.</summary>
    public JobSummary ForCustomStatus() => this with
    {
        Error = null,
        Tasks = [.. Tasks.Select(static task => task with { Output = Cut(task.Output), Error = Cut(task.Error) })],
    };

    private static string? Cut(string? text)
    {
        if (text is null || text.Length <= CustomOutputCharacters)
        {
            return text;
        }

        string end = text[^CustomOutputCharacters..];
        return "…" + (char.IsLowSurrogate(end[0]) ? end[1..] : end);
    }
}
