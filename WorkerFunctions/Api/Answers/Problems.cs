using System.Globalization;
using FuncExec.Orchestrator.Reading;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace FuncExec.WorkerFunctions.Api.Answers;

/// <summary>The refusals of the API.</summary>
internal static class Problems
{
    private const string ContentType = "application/problem+json";

    public static IResult Of(int status, string detail, IReadOnlyDictionary<string, IReadOnlyList<string>>? errors = null) => Results.Json(
        new Problem { Title = ReasonPhrases.GetReasonPhrase(status), Status = status, Detail = detail, Errors = errors },
        ApiJson.Relaxed.Problem,
        ContentType,
        status);

    /// <summary>One thing is at fault.</summary>
    public static IResult Of(int status, string detail, string member, string fault) =>
        Of(status, detail, new Dictionary<string, IReadOnlyList<string>> { [member] = [fault] });

    public static IResult NotFound(string detail) => Of(StatusCodes.Status404NotFound, detail);

    public static IResult Conflict(string detail) => Of(StatusCodes.Status409Conflict, detail);

    public static IResult TooLarge(string detail) => Of(StatusCodes.Status413PayloadTooLarge, detail);

    public static IResult Unsupported(string detail) =>
        Of(StatusCodes.Status415UnsupportedMediaType, detail, "Content-Type", "is not understood here.");

    /// <summary>A bound of the service is reached: the request may be repeated after some seconds.</summary>
    public static IResult Later(HttpResponse response, int status, string detail, int seconds)
    {
        response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Of(status, detail);
    }

    /// <summary>As many jobs as may be have not finished.</summary>
    /// <param name="response">Where <c>Retry-After</c> goes.</param>
    /// <param name="most">How many jobs there may be.</param>
    /// <param name="bound">How many for one of this priority, where that is fewer.</param>
    public static IResult TooManyJobs(HttpResponse response, int most, int? bound = null) => Later(
        response,
        StatusCodes.Status429TooManyRequests,
        bound < most
            ? $"{bound} jobs have not finished, and no more of such a low priority are taken (of {most}, MAX_CONCURRENT_JOBS). Try again when some have, or with a higher priority."
            : $"{most} jobs have not finished, and no more are taken (MAX_CONCURRENT_JOBS). Try again when some have.",
        seconds: 5);

    /// <summary>Names every mistake of a document by its JSON path.</summary>
    public static IResult Invalid(IReadOnlyList<JobMistake> mistakes)
    {
        string more = mistakes.Count >= JobLimits.Mistakes ? $", and there may be more: only {JobLimits.Mistakes} are named" : "";
        return Of(
            StatusCodes.Status400BadRequest,
            $"The job has {(mistakes.Count == 1 ? "a mistake" : $"{mistakes.Count} mistakes")}{more}.",
            Group(mistakes.Select(static mistake => (mistake.Path, mistake.Message))));
    }

    /// <summary>What is wrong, by what is at fault.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Group(IEnumerable<(string Member, string Message)> mistakes)
    {
        Dictionary<string, IReadOnlyList<string>> errors = new(StringComparer.Ordinal);
        foreach (IGrouping<string, string> group in mistakes.GroupBy(static mistake => mistake.Member, static mistake => mistake.Message, StringComparer.Ordinal))
        {
            errors[group.Key] = [.. group];
        }

        return errors;
    }
}
