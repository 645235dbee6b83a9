using FuncExec.Runtime.Functions.Invocation;
using Microsoft.AspNetCore.Http;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The HTTP side of a call, in ASP.NET Core's model.</summary>
public static class FunctionContextExtensions
{
    private const string HttpContextItem = "HttpRequestContext";

    /// <summary>The HTTP context, or null when the call is not HTTP's.</summary>
    public static HttpContext? GetHttpContext(this FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context is HttpInvocation call
            ? call.Http
            : context.Items.TryGetValue(HttpContextItem, out object? item) ? item as HttpContext : null;
    }
}
