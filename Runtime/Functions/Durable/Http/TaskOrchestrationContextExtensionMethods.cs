using System.Runtime.CompilerServices;
using FuncExec.Runtime.Functions.Durable.Http;
using FuncExec.Runtime.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;

namespace Microsoft.DurableTask;

/// <summary>What orchestrators of Functions apps can do beside.</summary>
/// <remarks>
/// A request is made by an activity: at least once, also after a crash. Its answer is stored, with up to as many characters as any
/// payload may have.
/// </remarks>
public static class TaskOrchestrationContextExtensionMethods
{
    /// <summary>Makes an HTTP request and, when it asks for that, follows up a 202 with durable timers until another status comes.</summary>
    /// <returns>The answer, whatever its status; of a request with retry options one that is not to be tried again.</returns>
    /// <exception cref="TaskFailedException">
    /// No answer came, after all retries, or (with retry options) one that was to be tried again; or the time was up, a
    /// <see cref="TimeoutException"/> by its failure details.
    /// </exception>
    public static Task<DurableHttpResponse> CallHttpAsync(this TaskOrchestrationContext context, DurableHttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        return new DurableHttpCall(context, request).RunAsync();
    }

    /// <summary>Makes an HTTP request; a 202 is an answer like any other.</summary>
    /// <inheritdoc cref="CallHttpAsync(TaskOrchestrationContext, DurableHttpRequest)"/>
    [OverloadResolutionPriority(2)]
    public static Task<DurableHttpResponse> CallHttpAsync(
        this TaskOrchestrationContext context, HttpMethod method, Uri uri, string? content = null, HttpRetryOptions? retryOptions = null) =>
        context.CallHttpAsync(method, uri, content, retryOptions, false, null, null);

    /// <summary>Makes an HTTP request.</summary>
    /// <inheritdoc cref="CallHttpAsync(TaskOrchestrationContext, DurableHttpRequest)"/>
    [OverloadResolutionPriority(1)]
    public static Task<DurableHttpResponse> CallHttpAsync(
        this TaskOrchestrationContext context,
        HttpMethod method,
        Uri uri,
        string? content = null,
        HttpRetryOptions? retryOptions = null,
        bool asynchronousPatternEnabled = false) =>
        context.CallHttpAsync(method, uri, content, retryOptions, asynchronousPatternEnabled, null, null);

    /// <summary>Makes an HTTP request.</summary>
    /// <inheritdoc cref="CallHttpAsync(TaskOrchestrationContext, DurableHttpRequest)"/>
    public static Task<DurableHttpResponse> CallHttpAsync(
        this TaskOrchestrationContext context,
        HttpMethod method,
        Uri uri,
        string? content = null,
        HttpRetryOptions? retryOptions = null,
        bool asynchronousPatternEnabled = false,
        TokenSource? tokenSource = null,
        TimeSpan? timeout = null) =>
        context.CallHttpAsync(new DurableHttpRequest(method, uri)
        {
            Content = content,
            HttpRetryOptions = retryOptions,
            AsynchronousPatternEnabled = asynchronousPatternEnabled,
            TokenSource = tokenSource,
            Timeout = timeout,
        });

    /// <summary>The function's context, or null when the orchestration is none of this app's functions, as in a unit test.</summary>
    public static FunctionContext? GetFunctionContext(this TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return OrchestrationInvocation.Find(context);
    }
}
