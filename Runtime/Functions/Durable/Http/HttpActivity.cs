using System.Net;
using System.Net.Http.Headers;
using System.Text;
using FuncExec.Runtime.Hosting;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;
using Microsoft.DurableTask;
using Microsoft.Extensions.Primitives;

namespace FuncExec.Runtime.Functions.Durable.Http;

/// <summary>The built-in activity that sends an orchestrator's HTTP request.</summary>
/// <param name="converter">The app's.</param>
/// <param name="pause">How long to wait before an answer 202 is followed, where it does not say.</param>
/// <param name="time">The clock.</param>
internal sealed class HttpActivity(DataConverter converter, TimeSpan pause, TimeProvider time)
{
    /// <summary>An answer's body, at most; what is recorded of an activity has a bound as well.</summary>
    private const int MaxContentLength = 4 * 1024 * 1024;

    // One for the process, so that connections are kept; addresses are looked up again now and then.
    private static readonly HttpClient s_client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MaxContentLength,
    };

    /// <summary>For the engine.</summary>
    public ActivityRegistration Registration => new() { Name = HttpCall.ActivityName, Run = RunAsync };

    private async ValueTask<string?> RunAsync(ActivityCall call, CancellationToken cancellationToken)
    {
        DurableHttpRequest request = converter.Deserialize<DurableHttpRequest>(call.Input)
            ?? throw new ArgumentException($"'{HttpCall.ActivityName}' takes a {nameof(DurableHttpRequest)}.");
        return converter.Serialize(await SendAsync(request, cancellationToken).ConfigureAwait(false));
    }

    private async Task<DurableHttpResponse> SendAsync(DurableHttpRequest request, CancellationToken cancellationToken)
    {
        using HttpRequestMessage message = ToMessage(request);
        using var limit = new CancellationTokenSource(Limit(request.Timeout), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            either.Token.ThrowIfCancellationRequested();
            using HttpResponseMessage response = await s_client.SendAsync(message, either.Token).ConfigureAwait(false);
            string content = await response.Content.ReadAsStringAsync(either.Token).ConfigureAwait(false);
            ThrowIfFailure(request.HttpRetryOptions, response);
            return ToResponse(response, content);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{request.Method} {request.Uri} had no answer within its timeout of {request.Timeout}.");
        }
    }

    /// <summary>A timer's longest is about 49 days.</summary>
    private static TimeSpan Limit(TimeSpan? timeout) =>
        timeout is not { } given || given.TotalMilliseconds >= uint.MaxValue - 1 ? Timeout.InfiniteTimeSpan : given;

    private static HttpRequestMessage ToMessage(DurableHttpRequest request)
    {
        HttpRequestMessage message = new(request.Method, request.Uri);
        string? contentType = null;
        foreach ((string name, StringValues values) in request.Headers ?? new Dictionary<string, StringValues>())
        {
            if (!name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                message.Headers.Add(name, (IEnumerable<string?>)values);
            }
            else if (values.Any(static value => value?.Contains("multipart", StringComparison.OrdinalIgnoreCase) == true))
            {
                throw new NotSupportedException("CallHttpAsync does not send multipart content: make the request in an activity.");
            }
            else
            {
                contentType = values.LastOrDefault();
            }
        }

        if (request.Content is { } content)
        {
            var type = MediaTypeHeaderValue.Parse(contentType ?? "text/plain");
            message.Content = new StringContent(content, type.CharSet is { Length: > 0 } name ? Encoding.GetEncoding(name) : Encoding.UTF8, type);
        }

        return message;
    }

    private static void ThrowIfFailure(HttpRetryOptions? retry, HttpResponseMessage response)
    {
        if (retry is { StatusCodesToRetry.Count: 0 })
        {
            response.EnsureSuccessStatusCode();
        }
        else if (retry?.StatusCodesToRetry.Contains(response.StatusCode) == true)
        {
            throw new HttpRequestException(
                $"Status code {response.StatusCode} received, retry requested.", inner: null, response.StatusCode);
        }
    }

    private DurableHttpResponse ToResponse(HttpResponseMessage response, string content)
    {
        Dictionary<string, StringValues> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, IEnumerable<string> values) in response.Headers.Concat(response.Content.Headers))
        {
            headers[name] = values.ToArray();
        }

        return new DurableHttpResponse(response.StatusCode)
        {
            Headers = headers,
            Content = content,
            Pause = response.StatusCode == HttpStatusCode.Accepted ? Pause(response.Headers.RetryAfter) : null,
        };
    }

    private TimeSpan Pause(RetryConditionHeaderValue? header)
    {
        TimeSpan asked = header?.Delta ?? header?.Date - time.GetUtcNow() ?? pause;
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked;
    }
}
