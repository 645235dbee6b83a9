using System.Diagnostics;
using FuncExec.Runtime.Tracing;
using Microsoft.AspNetCore.Http;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>
/// The trace that a caller is in. The server makes it the current one while anything is logged or traced; what is durable
/// has to go on in it also while nothing is.
/// </summary>
internal static class CallerTrace
{
    private const string Parent = "traceparent";
    private const string State = "tracestate";

    /// <summary>Enters it; null when the server has, or the caller is in none.</summary>
    public static Activity? Enter(HttpRequest request) =>
        Activity.Current is null && request.Headers[Parent].ToString() is { Length: > 0 } parent
        && ActivityContext.TryParse(parent, request.Headers[State], isRemote: true, out ActivityContext context)
            ? Spans.Follow("request", context)
            : null;
}
