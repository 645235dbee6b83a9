using FuncExec.Runtime.Functions.Durable.Http;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;

namespace Microsoft.DurableTask;

/// <summary>What orchestrators of Functions apps can do beside.</summary>
public static class TaskOrchestrationContextExtensionMethods
{
    /// <summary>
    /// Makes an HTTP request, by an activity of the runtime's own. With
    /// <see cref="DurableHttpRequest.AsynchronousPatternEnabled"/> an answer 202 with a <c>Location</c> is followed: after its
    /// <c>Retry-After</c>, or else <c>httpSettings.defaultAsyncRequestSleepTimeMilliseconds</c> (30 s), by a durable timer,
    /// that address is asked by GET with the same headers, until the answer is another one.
    /// </summary>
    /// <remarks>
    /// <c>x-functions-key</c> is not sent again, and to another origin neither are <c>Authorization</c> and <c>Cookie</c>.
    /// Any status is an answer, unless <see cref="DurableHttpRequest.HttpRetryOptions"/> says that it is a failure.
    /// </remarks>
    /// <exception cref="TaskFailedException">
    /// There was no answer, or none within the timeout (<see cref="TimeoutException"/>), or one that is a failure at the
    /// last attempt (<see cref="HttpRequestException"/>).
    /// </exception>
    public static Task<DurableHttpResponse> CallHttpAsync(this TaskOrchestrationContext context, DurableHttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        return request.AsynchronousPatternEnabled ? HttpCall.FollowAsync(context, request) : HttpCall.SendAsync(context, request);
    }

    /// <summary>Makes an HTTP request, by an activity of the runtime's own. An answer 202 is not followed.</summary>
    /// <inheritdoc cref="CallHttpAsync(TaskOrchestrationContext, DurableHttpRequest)" path="/exception"/>
    public static Task<DurableHttpResponse> CallHttpAsync(
        this TaskOrchestrationContext context, HttpMethod method, Uri uri, string? content = null, HttpRetryOptions? retryOptions = null) =>
        context.CallHttpAsync(new DurableHttpRequest(method, uri) { Content = content, HttpRetryOptions = retryOptions });
}
