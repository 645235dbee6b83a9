using System.Net;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;
using Microsoft.DurableTask;
using Microsoft.Extensions.Primitives;

namespace FuncExec.Runtime.Functions.Durable.Http;

/// <summary>An orchestrator's part in an HTTP request: what is sent when, replayed as it was.</summary>
internal static class HttpCall
{
    /// <summary>The built-in activity's name, which mocks of the context look for.</summary>
    public const string ActivityName = "BuiltIn::HttpActivity";

    /// <summary>The official default of <c>defaultAsyncRequestSleepTimeMilliseconds</c>.</summary>
    public static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(30);

    /// <summary>What is meant for whom was asked first, and for nobody else.</summary>
    private static readonly string[] s_credentials = ["Authorization", "Cookie", "Proxy-Authorization"];

    /// <summary>Sends it once, or as often as its retry options say.</summary>
    public static Task<DurableHttpResponse> SendAsync(TaskOrchestrationContext context, DurableHttpRequest request) =>
        context.CallActivityAsync<DurableHttpResponse>(ActivityName, request, Options(request.HttpRetryOptions));

    /// <summary>Sends it, and follows an answer 202 to the last one.</summary>
    public static async Task<DurableHttpResponse> FollowAsync(TaskOrchestrationContext context, DurableHttpRequest request)
    {
        DateTime? end = request.Timeout is { } timeout && timeout < DateTime.MaxValue - context.CurrentUtcDateTime
            ? context.CurrentUtcDateTime + timeout
            : null;
        DurableHttpResponse response = await SendAsync(context, request).ConfigureAwait(true);
        while (response.StatusCode == HttpStatusCode.Accepted && Location(request.Uri, response) is { } location)
        {
            DateTime next = context.CurrentUtcDateTime + (response.Pause ?? DefaultPause);
            await context.CreateTimer(end < next ? end.Value : next, CancellationToken.None).ConfigureAwait(true);
            request = Poll(request, location, end - context.CurrentUtcDateTime);
            response = await SendAsync(context, request).ConfigureAwait(true);
        }

        return response;
    }

    private static DurableHttpRequest Poll(DurableHttpRequest last, Uri location, TimeSpan? left)
    {
        Dictionary<string, StringValues> headers = new(last.Headers ?? new Dictionary<string, StringValues>(), StringComparer.OrdinalIgnoreCase);
        headers.Remove("x-functions-key"); // A function's own, most often; a status wants another one.
        headers.Remove("Content-Type");
        if (Uri.Compare(last.Uri, location, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) != 0)
        {
            foreach (string name in s_credentials)
            {
                headers.Remove(name);
            }
        }

        return new DurableHttpRequest(HttpMethod.Get, location)
        {
            Headers = headers,
            HttpRetryOptions = last.HttpRetryOptions,
            Timeout = left < TimeSpan.Zero ? TimeSpan.Zero : left,
        };
    }

    private static Uri? Location(Uri asked, DurableHttpResponse response) =>
        response.Headers is { } headers
        && headers.FirstOrDefault(static header => header.Key.Equals("Location", StringComparison.OrdinalIgnoreCase)).Value is { Count: > 0 } values
        && Uri.TryCreate(asked, values[0], out Uri? location)
            ? location
            : null;

    private static TaskOptions? Options(HttpRetryOptions? retry)
    {
        if (retry is null || retry.MaxNumberOfAttempts <= 1)
        {
            return null;
        }

        TimeSpan first = retry.FirstRetryInterval > TimeSpan.Zero ? retry.FirstRetryInterval : TimeSpan.FromMilliseconds(1);
        return TaskOptions.FromRetryPolicy(new RetryPolicy(
            retry.MaxNumberOfAttempts,
            first,
            Math.Max(1, retry.BackoffCoefficient),
            retry.MaxRetryInterval < first ? first : retry.MaxRetryInterval,
            retry.RetryTimeout == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : retry.RetryTimeout < first ? first : retry.RetryTimeout));
    }
}
