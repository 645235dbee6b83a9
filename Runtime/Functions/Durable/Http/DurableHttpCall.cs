#pragma warning disable CA2007 // Runs inside orchestrators, on their scheduler.
using System.Globalization;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace FuncExec.Runtime.Functions.Durable.Http;

/// <summary>
/// The orchestrator's side of an HTTP request: an activity for each attempt and for each look at the Location of a 202, and
/// durable timers between them. Nothing but the context decides, so a replay takes the same course.
/// </summary>
internal sealed partial class DurableHttpCall
{
    /// <summary>The activity that makes requests, by the name that it has in official histories.</summary>
    public const string Activity = "BuiltIn::HttpActivity";

    /// <summary>The context's property with the time between two looks, in milliseconds, when the server names none.</summary>
    public const string PollingInterval = "HttpDefaultAsyncRequestSleepTimeMilliseconds";

    /// <summary>That time when the context does not say.</summary>
    public const int DefaultPollingInterval = 30_000;

    private readonly TaskOrchestrationContext _context;
    private readonly DurableHttpRequest _request;
    private readonly DateTime? _deadline;

    public DurableHttpCall(TaskOrchestrationContext context, DurableHttpRequest request)
    {
        _context = context;
        _request = request;
        if (request.Timeout is { } timeout && timeout != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero, nameof(request));
            _deadline = After(timeout.TotalMilliseconds);
        }
    }

    public async Task<DurableHttpResponse> RunAsync()
    {
        DurableHttpResponse response = await AttemptAsync();
        Uri asked = _request.Uri;
        while (response.StatusCode == System.Net.HttpStatusCode.Accepted && _request.AsynchronousPatternEnabled)
        {
            Dictionary<string, StringValues> headers = new(response.Headers ?? new Dictionary<string, StringValues>(), StringComparer.OrdinalIgnoreCase);
            if (!headers.TryGetValue("Location", out StringValues location) || !Uri.TryCreate(asked, location.ToString(), out Uri? next))
            {
                NoLocation(_context.CreateReplaySafeLogger("FuncExec.Runtime.Functions"), asked.GetLeftPart(UriPartial.Path));
                break;
            }

            await WaitUntilAsync(NextLook(headers));
            asked = next;
            response = await SendAsync(Look(next));
        }

        return response;
    }

    /// <summary>Makes the request until it is not to be tried again. Looks are not tried again, as officially.</summary>
    private async Task<DurableHttpResponse> AttemptAsync()
    {
        HttpRetryOptions? retry = _request.HttpRetryOptions;
        if (retry is { MaxNumberOfAttempts: > 1 } && (retry.FirstRetryInterval <= TimeSpan.Zero || retry.BackoffCoefficient < 1))
        {
            throw new ArgumentException("HttpRetryOptions need a FirstRetryInterval of more than zero and a BackoffCoefficient of at least 1.", nameof(retry));
        }

        DateTime begun = _context.CurrentUtcDateTime;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await SendAsync(_request);
            }
            catch (TaskFailedException) when (
                attempt < retry?.MaxNumberOfAttempts
                && _context.CurrentUtcDateTime - begun < retry.RetryTimeout
                && (_deadline is null || _context.CurrentUtcDateTime < _deadline))
            {
                // Awaited below: a catch block must not hold the failed attempt's exception over a long delay.
            }

            double delay = Math.Min(
                retry.FirstRetryInterval.TotalMilliseconds * Math.Pow(retry.BackoffCoefficient, attempt - 1),
                retry.MaxRetryInterval.TotalMilliseconds);
            await WaitUntilAsync(After(delay));
        }
    }

    private Task<DurableHttpResponse> SendAsync(DurableHttpRequest request)
    {
        if (_deadline is not { } deadline)
        {
            return _context.CallActivityAsync<DurableHttpResponse>(new TaskName(Activity), request);
        }

        TimeSpan left = deadline - _context.CurrentUtcDateTime;
        return left > TimeSpan.Zero
            ? _context.CallActivityAsync<DurableHttpResponse>(new TaskName(Activity), Copy(request, request.Uri, request.Method, left))
            : throw TimeIsUp();
    }

    private async Task WaitUntilAsync(DateTime time)
    {
        if (_deadline is { } deadline && deadline <= time)
        {
            await _context.CreateTimer(deadline, CancellationToken.None);
            throw TimeIsUp();
        }

        await _context.CreateTimer(time, CancellationToken.None);
    }

    private DateTime NextLook(Dictionary<string, StringValues> headers)
    {
        DateTime now = _context.CurrentUtcDateTime;
        string? after = headers.TryGetValue("Retry-After", out StringValues values) ? values.ToString() : null;
        if (int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds))
        {
            return now.AddSeconds(seconds);
        }

        if (DateTimeOffset.TryParseExact(after, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
        {
            return time.UtcDateTime;
        }

        double interval = _context.Properties.TryGetValue(PollingInterval, out object? value) && value is double given ? given : DefaultPollingInterval;
        return now.AddMilliseconds(interval);
    }

    /// <summary>
    /// The request for the Location of a 202: what went to the first address, but for its body, its key, which is seldom that of
    /// the status, and, on another origin, what proves who asks.
    /// </summary>
    private DurableHttpRequest Look(Uri location)
    {
        DurableHttpRequest look = Copy(_request, location, HttpMethod.Get, timeout: null);
        look.Content = null;
        look.HttpRetryOptions = null;
        bool isSameOrigin = Uri.Compare(_request.Uri, location, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
        look.Headers?.Remove("x-functions-key");
        if (!isSameOrigin)
        {
            look.Headers?.Remove("Authorization");
            look.Headers?.Remove("Cookie");
            look.TokenSource = null;
        }

        return look;
    }

    private static DurableHttpRequest Copy(DurableHttpRequest request, Uri uri, HttpMethod method, TimeSpan? timeout) => new(method, uri)
    {
        Headers = request.Headers is null ? null : new Dictionary<string, StringValues>(request.Headers, StringComparer.OrdinalIgnoreCase),
        Content = request.Content,
        TokenSource = request.TokenSource,
        AsynchronousPatternEnabled = request.AsynchronousPatternEnabled,
        HttpRetryOptions = request.HttpRetryOptions,
        Timeout = timeout,
    };

    private TaskFailedException TimeIsUp() => new(
        Activity, 0, TaskFailureDetails.FromException(DurableHttpActivity.TimedOut(_request.Uri, _request.Timeout!.Value)));

    /// <summary>So many milliseconds from now, at the end of time at the latest: both policies and timeouts may have no end.</summary>
    private DateTime After(double milliseconds)
    {
        DateTime now = _context.CurrentUtcDateTime;
        return milliseconds < (DateTime.MaxValue - now).TotalMilliseconds
            ? now.AddMilliseconds(milliseconds)
            : DateTime.SpecifyKind(DateTime.MaxValue, now.Kind);
    }

    [LoggerMessage(2301, LogLevel.Warning, "The answer 202 of {Address} has no Location that can be followed; it is taken for the last one.")]
    private static partial void NoLocation(ILogger logger, string address);
}
