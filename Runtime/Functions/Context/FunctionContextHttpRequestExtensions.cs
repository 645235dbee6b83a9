using FuncExec.Runtime.Functions.Invocation;
using Microsoft.Azure.Functions.Worker.Http;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The HTTP side of a call, in the worker's model.</summary>
public static class FunctionContextHttpRequestExtensions
{
    /// <summary>The request, or null when the call is not HTTP's.</summary>
    public static ValueTask<HttpRequestData?> GetHttpRequestDataAsync(this FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<IHttpRequestDataFeature>() is { } feature
            ? feature.GetHttpRequestDataAsync(context)
            : ValueTask.FromResult((context as HttpInvocation)?.Request);
    }

    /// <summary>The answer, once the function has returned one of this model; else null.</summary>
    public static HttpResponseData? GetHttpResponseData(this FunctionContext context) =>
        context.GetInvocationResult().Value as HttpResponseData
        ?? context.GetOutputBindings<HttpResponseData>().FirstOrDefault(static output => output.BindingType == "http")?.Value;
}
