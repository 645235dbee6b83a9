using FuncExec.Runtime.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>The step after routing: whether there is such a route and method, who calls, and whether it can be served now.</summary>
internal sealed class GateMiddleware(RequestDelegate next, RuntimeState state, FrontLimits limits)
{
    public async Task InvokeAsync(HttpContext http)
    {
        Endpoint? endpoint = http.GetEndpoint();
        if (endpoint is null)
        {
            await Problem.WriteAsync(http, StatusCodes.Status404NotFound, "There is nothing at this route.").ConfigureAwait(false);
        }
        else if (endpoint.Metadata.GetMetadata<AccessRule>() is not { } rule)
        {
            await RefuseAsync(http, endpoint).ConfigureAwait(false);
        }
        else if (!RequestRules.IsReading(http.Request.Method) && RequestRules.RefuseOrigin(http.Request, state.Access.TlsTerminatedByProxy) is { } foreign)
        {
            await Problem.WriteAsync(
                http, StatusCodes.Status403Forbidden, foreign + " It may read, not change anything.", "Origin", "is not allowed.").ConfigureAwait(false);
        }
        else if (!state.NoAuth && !(state.MetricsArePublic && RequestRules.IsMetrics(http.Request)) && !rule.Permits(http, state.Keys))
        {
            http.Response.Headers.WWWAuthenticate = "FunctionsKey";
            await Problem.WriteAsync(
                http, StatusCodes.Status401Unauthorized, "Send the key in the header 'x-functions-key' or the query parameter 'code'.").ConfigureAwait(false);
        }
        else if (http.Request.ContentLength is { } length && LimitOf(endpoint) is { } most && length > most)
        {
            http.Response.Headers.Connection = "close"; // The server will not read so much to reach the next request.
            await Problem.WriteAsync(
                http, StatusCodes.Status413PayloadTooLarge, $"The body has {length} bytes; at most {most} are taken.").ConfigureAwait(false);
        }
        else if (rule.NeedsEngine && state.NotReadyReason is { } reason)
        {
            http.Response.Headers.RetryAfter = "1";
            await Problem.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, reason).ConfigureAwait(false);
        }
        else
        {
            await next(http).ConfigureAwait(false);
        }
    }

    private long? LimitOf(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is { } own ? own.MaxRequestBodySize : limits.MaxBodySize;

    // Routing puts an endpoint of its own where the route fits and the method does not: it sets status and Allow.
    private static async Task RefuseAsync(HttpContext http, Endpoint endpoint)
    {
        await (endpoint.RequestDelegate?.Invoke(http) ?? Task.CompletedTask).ConfigureAwait(false);
        if (http.Response.Headers.Allow.ToString() is { Length: > 0 } methods)
        {
            http.Response.Headers.Allow = methods + ", OPTIONS";
            if (HttpMethods.IsOptions(http.Request.Method))
            {
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }
        }

        if (!http.Response.HasStarted && http.Response.StatusCode >= StatusCodes.Status400BadRequest)
        {
            string allowed = http.Response.Headers.Allow.ToString();
            await Problem.WriteAsync(
                http,
                http.Response.StatusCode,
                allowed.Length > 0 ? $"{http.Request.Method} is not allowed here. Allowed: {allowed}." : "The request does not fit this route.").ConfigureAwait(false);
        }
    }
}
