using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Primitives;

namespace FuncExec.Runtime.Functions.Tests.Apps;

/// <summary>Orchestrations that call others over HTTP, and functions that wait for orchestrations.</summary>
public static class CallingApp
{
    /// <summary>What is asked, as a test says it.</summary>
    public sealed record Call(
        string Uri,
        string Method = "GET",
        string? Content = null,
        Dictionary<string, string[]>? Headers = null,
        bool Follow = false,
        TimeSpan? Timeout = null,
        int Attempts = 0,
        HttpStatusCode[]? Retried = null);

    public sealed record Answer(HttpStatusCode Status, string? Content, Dictionary<string, string?[]> Headers);

    [Function(nameof(Ask))]
    public static async Task<Answer> Ask([OrchestrationTrigger] TaskOrchestrationContext context, Call call)
    {
        DurableHttpResponse response = await context.CallHttpAsync(new DurableHttpRequest(new HttpMethod(call.Method), new Uri(call.Uri))
        {
            Content = call.Content,
            Headers = call.Headers?.ToDictionary(static header => header.Key, static header => new StringValues(header.Value)),
            AsynchronousPatternEnabled = call.Follow,
            Timeout = call.Timeout,
            HttpRetryOptions = call.Attempts == 0
                ? null
                : new HttpRetryOptions(call.Retried) { MaxNumberOfAttempts = call.Attempts, FirstRetryInterval = TimeSpan.FromMilliseconds(5) },
        });
        return new Answer(response.StatusCode, response.Content, response.Headers!.ToDictionary(static header => header.Key, static header => header.Value.ToArray()));
    }

    [Function(nameof(AskShortly))]
    public static async Task<string?> AskShortly([OrchestrationTrigger] TaskOrchestrationContext context, Uri uri) =>
        (await context.CallHttpAsync(HttpMethod.Post, uri, "text")).Content;

    [Function(nameof(Await))]
    public static async Task<HttpResponseData> Await(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "await/{id}/{milliseconds:int}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        int milliseconds)
    {
        using CancellationTokenSource limit = new(milliseconds);
        return await client.WaitForCompletionOrCreateCheckStatusResponseAsync(
            request, id, TimeSpan.FromMilliseconds(10), returnInternalServerErrorOnFailure: true, getInputsAndOutputs: true, limit.Token);
    }
}
