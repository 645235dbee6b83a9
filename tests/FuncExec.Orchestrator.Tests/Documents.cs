using System.Text;
using System.Text.Json;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Reading;

namespace FuncExec.Orchestrator.Tests;

/// <summary>Job documents in tests, and an executor's check that is easy to fail.</summary>
internal static class Documents
{
    public static JobReading Read(string document) => JobReader.Read(Encoding.UTF8.GetBytes(document), Check);

    public static Job ReadValid(string document)
    {
        JobReading reading = Read(document);
        return reading is JobReading.Valid valid
            ? valid.Job
            : throw new InvalidOperationException(string.Join('\n', ((JobReading.Invalid)reading).Mistakes));
    }

    public static string[] PathsOfMistakes(string document) =>
        [.. Assert.IsType<JobReading.Invalid>(Read(document)).Mistakes.Select(static mistake => mistake.Path)];

    /// <summary>Knows the executors <c>command</c> and <c>other</c>; wants a string as <c>command</c>.</summary>
    private static IReadOnlyList<JobMistake>? Check(string executor, JsonElement payload) => executor switch
    {
        "command" => payload.TryGetProperty("command", out JsonElement command) && command.ValueKind is JsonValueKind.String
            ? []
            : [new JobMistake("$.command", "must be a string")],
        "other" => [],
        _ => null,
    };
}
