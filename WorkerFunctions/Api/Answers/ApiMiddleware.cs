using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Api.Answers;

/// <summary>Around every HTTP function: answers are not cached unless they say so, and a store that fails is a 503, in one place.</summary>
public sealed partial class ApiMiddleware(StoreWrites writes, ILogger<ApiMiddleware> logger) : IFunctionsWorkerMiddleware
{
    private const int RetrySeconds = 1;

    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        if (context.GetHttpContext() is not { } http)
        {
            await next(context);
            return;
        }

        http.Response.Headers.CacheControl = "no-store";
        try
        {
            await next(context);
        }
        catch (Exception exception) when (!http.Response.HasStarted && Find(http, exception) is { } answer)
        {
            context.GetInvocationResult().Value = answer;
        }
    }

    private IResult? Find(HttpContext http, Exception exception)
    {
        switch (exception)
        {
            case BadCursorException bad:
                return Problems.Of(StatusCodes.Status400BadRequest, "The list cannot be continued from there.", "after", bad.Message);
            case LedgerUnavailableException unavailable:
                if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
                {
                    writes.Failed();
                }

                Unavailable(logger, http.Request.Method, http.Request.Path, unavailable);
                return Problems.Later(http.Response, StatusCodes.Status503ServiceUnavailable, unavailable.Message, RetrySeconds);
            default:
                return null;
        }
    }

    [LoggerMessage(4301, LogLevel.Warning, "{Method} {Path} was answered with 503: the store failed.")]
    private static partial void Unavailable(ILogger logger, string method, string path, Exception exception);
}
