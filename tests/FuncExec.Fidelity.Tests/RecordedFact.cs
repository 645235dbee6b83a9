using System.Text.Json;
using System.Text.Json.Serialization;

namespace FuncExec.Fidelity.Tests;

/// <summary>A fact as <c>facts.json</c> holds it.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Verdict">How our answer stands to the official one.</param>
/// <param name="Official">What the official host answered.</param>
/// <param name="Ours">What our runtime answers; null where it is the same.</param>
/// <param name="Reason">Why it is not the same; null where it is.</param>
public sealed record RecordedFact(string Question, Verdict Verdict, string Official, string? Ours, string? Reason)
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter<Verdict>(JsonNamingPolicy.CamelCase) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static IReadOnlyList<RecordedFact> All { get; } = JsonSerializer.Deserialize<RecordedFact[]>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "facts.json")), s_options)!;

    /// <summary>What our runtime must answer.</summary>
    public string Expected => Ours ?? Official;

    /// <summary>Whether it is about the management API.</summary>
    public bool IsManagement => Question.Split(' ')[0] is "GET" or "POST" or "DELETE" || Question.Contains("ResponseAsync", StringComparison.Ordinal);
}
