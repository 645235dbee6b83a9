using FuncExec.Runtime.Functions.Binding;
using FuncExec.Runtime.Functions.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>Answers requests by calling a function.</summary>
internal sealed class HttpFunction(
    BoundFunction function, FunctionExecutionDelegate pipeline, ResultWriter writer, TimeLimit limit, bool webModel, CancellationToken stopping)
{
    /// <summary>Answers one request. Its token, and the function's, is cancelled when the client goes and when the service stops.</summary>
    /// <exception cref="ServiceStoppingException">The service stops, and the function ended for that.</exception>
    public async Task InvokeAsync(HttpContext http)
    {
        CancellationToken client = http.RequestAborted;
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(client, stopping);
        http.RequestAborted = end.Token; // Results, such as streams of events, look at nothing else.
        try
        {
            await limit.RunAsync(function.Name, cancellationToken => CallAsync(http, cancellationToken), end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (stopping.IsCancellationRequested && !client.IsCancellationRequested)
        {
            throw new ServiceStoppingException(exception);
        }
        finally
        {
            http.RequestAborted = client;
        }
    }

    private async Task CallAsync(HttpContext http, CancellationToken cancellationToken)
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
    }
}
