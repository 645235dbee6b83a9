using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;

namespace Microsoft.DurableTask;

/// <summary>What orchestrators of Functions apps can do beside.</summary>
public static class TaskOrchestrationContextExtensionMethods
{
    /// <summary>Not offered yet.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public static Task<DurableHttpResponse> CallHttpAsync(this TaskOrchestrationContext context, DurableHttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(context);
        throw new NotSupportedException("CallHttpAsync is not offered by this runtime yet: make the request in an activity.");
    }

    /// <summary>Not offered yet.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public static Task<DurableHttpResponse> CallHttpAsync(
        this TaskOrchestrationContext context, HttpMethod method, Uri uri, string? content = null, HttpRetryOptions? retryOptions = null) =>
        context.CallHttpAsync(new DurableHttpRequest(method, uri) { Content = content, HttpRetryOptions = retryOptions });
}
