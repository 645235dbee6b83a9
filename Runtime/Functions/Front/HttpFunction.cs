using FuncExec.Runtime.Functions.Binding;
using FuncExec.Runtime.Functions.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>Answers requests by calling a function.</summary>
internal sealed class HttpFunction(
    BoundFunction function, FunctionExecutionDelegate pipeline, ResultWriter writer, TimeLimit limit, bool webModel)
{
    /// <summary>Answers one request.</summary>
    public Task InvokeAsync(HttpContext http) => limit.RunAsync(
        function.Name,
        async cancellationToken =>
        {
            HttpInvocation call = new(function, http, bufferBody: !webModel, cancellationToken);
            await using (call.ConfigureAwait(false))
            {
                await pipeline(call).ConfigureAwait(false);
                object? answer = function.HttpOutput is { } output && call.Outputs?.TryGetValue(output.Name, out object? value) is true
                    ? value
                    : call.Result;
                await writer.WriteAsync(http, answer, cancellationToken).ConfigureAwait(false);
            }
        },
        http.RequestAborted);
}
