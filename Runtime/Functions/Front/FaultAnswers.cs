using System.Text.Json;
using FuncExec.Runtime.Functions.Invocation;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>Turns what was thrown into an answer: the caller's fault 4xx with the place, the store's 503, the app's 500 without details.</summary>
internal static partial class FaultAnswers
{
    /// <summary>Answers, and records what is not the caller's fault.</summary>
    public static Task WriteAsync(HttpContext http, Exception exception, ILogger log)
    {
        if (http.RequestAborted.IsCancellationRequested)
        {
            return Task.CompletedTask; // Nobody listens any more.
        }

        if (http.Response.HasStarted)
        {
            if (exception is ServiceStoppingException)
            {
                AnswerCut(log, http.Request.Method, http.Request.Path);
            }
            else
            {
                AnswerBroken(log, http.Request.Method, http.Request.Path, exception);
            }

            http.Abort(); // An end in order would say that this was all.
            return Task.CompletedTask;
        }

        http.Response.Clear();
        switch (exception)
        {
            case RequestRefusedException refused:
                return Problem.WriteAsync(http, refused.Status, refused.Message, refused.Member, refused.Fault);
            case MalformedBodyException malformed:
                return WriteMalformed(http, malformed);
            case BadHttpRequestException bad:
                http.Response.Headers.Connection = "close"; // What follows of the body is not read.
                return Problem.WriteAsync(http, bad.StatusCode, bad.Message);
            case HubUnavailableException unavailable:
                StoreUnavailable(log, http.Request.Method, http.Request.Path, unavailable);
                http.Response.Headers.RetryAfter = "1";
                return Problem.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, "The store does not answer just now. Try again.");
            case InboxFullException full:
                http.Response.Headers.RetryAfter = "1";
                return Problem.WriteAsync(http, StatusCodes.Status429TooManyRequests, full.Message);
            case ServiceStoppingException stopping:
                http.Response.Headers.RetryAfter = "1";
                http.Response.Headers.Connection = "close";
                return Problem.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, stopping.Message);
            case FunctionTimedOutException timedOut:
                FunctionTimedOut(log, http.Request.Method, http.Request.Path, timedOut.Message);
                // The function may still run and hold this request, which the connection would give to its next one.
                http.Response.Headers.Connection = "close";
                return Problem.WriteAsync(http, StatusCodes.Status504GatewayTimeout, timedOut.Message);
        }

        if (ReadingFaults.Find(exception) is { } fault)
        {
            return exception is JsonException json
                ? WriteMalformed(http, json)
                : Problem.WriteAsync(http, fault, "The body cannot be read: " + exception.Message);
        }

        FunctionFailed(log, http.Request.Method, http.Request.Path, exception);
        return Problem.WriteAsync(http, StatusCodes.Status500InternalServerError, "The function failed. The service's log says why.");
    }

    private static Task WriteMalformed(HttpContext http, JsonException exception)
    {
        string path = string.IsNullOrEmpty(exception.Path) ? "$" : exception.Path;
        return Problem.WriteAsync(
            http, StatusCodes.Status400BadRequest, $"The body is not the JSON that is needed here; see '{path}'.", path, exception.Message);
    }

    [LoggerMessage(2101, LogLevel.Error, "{Method} {Path} failed.")]
    private static partial void FunctionFailed(ILogger log, string method, string path, Exception exception);

    [LoggerMessage(2102, LogLevel.Error, "{Method} {Path} failed after its answer had begun; the connection was cut.")]
    private static partial void AnswerBroken(ILogger log, string method, string path, Exception exception);

    [LoggerMessage(2105, LogLevel.Information, "{Method} {Path} was cut off: the service stops.")]
    private static partial void AnswerCut(ILogger log, string method, string path);

    [LoggerMessage(2103, LogLevel.Warning, "{Method} {Path} was answered with 503: the store does not answer.")]
    private static partial void StoreUnavailable(ILogger log, string method, string path, Exception exception);

    [LoggerMessage(2104, LogLevel.Warning, "{Method} {Path} was answered with 504: {Reason}")]
    private static partial void FunctionTimedOut(ILogger log, string method, string path, string reason);
}
