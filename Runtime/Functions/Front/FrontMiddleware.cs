using System.Diagnostics;
using FuncExec.Runtime.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>The outermost step of every request: where it came in, whom it is for, and what becomes of failures.</summary>
internal sealed class FrontMiddleware(RequestDelegate next, RuntimeState state, ILogger<FrontMiddleware> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        using Activity? caller = CallerTrace.Enter(http.Request);
        try
        {
            if (!state.IsPublic && !RequestRules.IsOwnConnection(http.Connection))
            {
                await Problem.WriteAsync(http, StatusCodes.Status421MisdirectedRequest, "This service answers on loopback only.").ConfigureAwait(false);
            }
            else if (RequestRules.IsProbe(http.Request) || (state.MetricsArePublic && RequestRules.IsMetrics(http.Request)))
            {
                await next(http).ConfigureAwait(false); // Whoever watches over the service asks by what address it has.
            }
            else if (!http.Request.Host.HasValue)
            {
                await Problem.WriteAsync(http, StatusCodes.Status400BadRequest, "The Host header is missing.", "Host", "is missing.").ConfigureAwait(false);
            }
            else if (!HasName(http))
            {
                await Problem.WriteAsync(
                    http,
                    StatusCodes.Status421MisdirectedRequest,
                    $"This service has no such name. Use {(RequestRules.IsOwnConnection(http.Connection) ? "localhost or 127.0.0.1" : $"one that {HttpAccess.AllowedHostsSetting} lists")}.",
                    "Host",
                    "is not a name of this service.").ConfigureAwait(false);
            }
            else
            {
                ForwardedRequest.Apply(http, state.Access);
                await next(http).ConfigureAwait(false);
            }
        }
        catch (Exception exception) // The app's code and what it calls: answered and recorded here, once.
        {
            await FaultAnswers.WriteAsync(http, exception, log).ConfigureAwait(false);
        }
    }

    // This machine's own names mean it only to those on it.
    private bool HasName(HttpContext http) => http.Request.Host.Host is var name
        && ((RequestRules.IsOwnConnection(http.Connection) && RequestRules.IsOwnName(name)) || (state.IsPublic && state.Access.Allows(name)));
}
