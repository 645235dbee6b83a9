using System.Net;
using System.Text;
using System.Text.Json;

namespace FuncExec.Cli.Services;

/// <summary>Says to people why the service did not do what it was asked for.</summary>
internal static class Refusals
{
    /// <summary>The failure to throw for an answer.</summary>
    /// <param name="server">Who answered.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="body">The answer's body.</param>
    /// <param name="jobId">The job that it was about, or null.</param>
    public static Exception Explain(Uri server, HttpStatusCode status, byte[] body, string? jobId)
    {
        ProblemInfo? problem = ReadProblem(body);
        if (status is HttpStatusCode.ServiceUnavailable)
        {
            return new ServiceLostException($"The service at {server} is not ready: {problem?.Detail ?? "it did not say why."}") { IsAnswer = true };
        }

        return problem is null
            ? new CliException($"{server} answered {(int)status} and does not look like FuncExec. Check the address (--server).")
            : new CliException(Message(server, status, problem, jobId));
    }

    private static string Message(Uri server, HttpStatusCode status, ProblemInfo problem, string? jobId) => status switch
    {
        HttpStatusCode.Unauthorized => $"The service at {server} does not take this key. It is in the file 'key' of the service's data directory; hand it over with --key or FUNCEXEC_KEY.",
        HttpStatusCode.NotFound when jobId is not null => $"There is no job '{jobId}' at {server}.",
        HttpStatusCode.Gone when jobId is not null => $"The job '{jobId}' was deleted.",
        HttpStatusCode.TooManyRequests => $"The service takes no more jobs just now: {problem.Detail ?? problem.Title} Try again later.",
        HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity when problem.Errors is { Count: > 0 } errors => Mistakes(errors),
        _ => $"The service at {server} refused ({(int)status}): {problem.Detail ?? problem.Title}",
    };

    private static string Mistakes(IReadOnlyDictionary<string, IReadOnlyList<string>> errors)
    {
        StringBuilder text = new("The job is refused:");
        foreach ((string path, IReadOnlyList<string> messages) in errors)
        {
            foreach (string message in messages)
            {
                text.Append("\n  ").Append(path).Append(' ').Append(message);
            }
        }

        return text.ToString();
    }

    private static ProblemInfo? ReadProblem(byte[] body)
    {
        try
        {
            ProblemInfo? problem = JsonSerializer.Deserialize(body, ApiJson.Default.ProblemInfo);
            return problem is { Title: null, Detail: null } ? null : problem;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
