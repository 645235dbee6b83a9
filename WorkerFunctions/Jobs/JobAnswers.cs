using FuncExec.Orchestrator.Reading;
using Microsoft.AspNetCore.Http;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>The answers of the jobs API that are refusals: problem details.</summary>
internal static class JobAnswers
{
    public static IResult Unsupported(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status415UnsupportedMediaType);

    public static IResult TooLarge(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status413PayloadTooLarge);

    public static IResult NotFound(string id) => Results.Problem($"There is no job '{id}'.", statusCode: StatusCodes.Status404NotFound);

    /// <summary>Names every mistake by its JSON path.</summary>
    public static IResult Invalid(IReadOnlyList<JobMistake> mistakes)
    {
        string more = mistakes.Count >= JobLimits.Mistakes ? $", and there may be more: only {JobLimits.Mistakes} are named" : "";
        return Results.Problem(
            $"The job has {(mistakes.Count == 1 ? "a mistake" : $"{mistakes.Count} mistakes")}{more}.",
            statusCode: StatusCodes.Status400BadRequest,
            extensions: new Dictionary<string, object?>
            {
                ["errors"] = mistakes.GroupBy(static mistake => mistake.Path, StringComparer.Ordinal).ToDictionary(
                    static group => group.Key, static group => group.Select(static mistake => mistake.Message).ToArray()),
            });
    }
}
