using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;
using Microsoft.DurableTask;
using Microsoft.Extensions.Primitives;

namespace FuncExec.Runtime.Functions.Tests.Apps;

/// <summary>Orchestrations that make HTTP requests.</summary>
public static class HttpCallApp
{
    /// <summary>What to ask for.</summary>
    public sealed record Ask(string Uri)
    {
        public string Method { get; init; } = "GET";

        public Dictionary<string, string[]> Headers { get; init; } = [];

        public string? Content { get; init; }

        public bool Follows { get; init; }

        public TimeSpan? Timeout { get; init; }

        public int Attempts { get; init; }

        public TimeSpan FirstInterval { get; init; } = TimeSpan.FromMilliseconds(1);

        public HttpStatusCode[] Retried { get; init; } = [];

        public string? Resource { get; init; }

        public Uri? Authority { get; init; }
    }

    [Function(nameof(Call))]
    public static Task<DurableHttpResponse> Call([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Ask ask = context.GetInput<Ask>()!;
        return context.CallHttpAsync(new DurableHttpRequest(new HttpMethod(ask.Method), new Uri(ask.Uri))
        {
            Headers = ask.Headers.ToDictionary(header => header.Key, header => new StringValues(header.Value)),
            Content = ask.Content,
            AsynchronousPatternEnabled = ask.Follows,
            Timeout = ask.Timeout,
            HttpRetryOptions = ask.Attempts == 0 ? null : new HttpRetryOptions(ask.Retried)
            {
                MaxNumberOfAttempts = ask.Attempts,
                FirstRetryInterval = ask.FirstInterval,
                BackoffCoefficient = 2,
            },
            TokenSource = ask.Resource is null
                ? null
                : new ManagedIdentityTokenSource(ask.Resource, new ManagedIdentityOptions(ask.Authority, "tenant-1")),
        });
    }

    [Function(nameof(ShortForms))]
    public static async Task<string[]> ShortForms([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Uri uri = new(context.GetInput<string>()!);
        DurableHttpResponse plain = await context.CallHttpAsync(HttpMethod.Get, uri);
        DurableHttpResponse posted = await context.CallHttpAsync(HttpMethod.Post, uri, "text");
        DurableHttpResponse followed = await context.CallHttpAsync(HttpMethod.Put, uri, asynchronousPatternEnabled: true);
        DurableHttpResponse timed = await context.CallHttpAsync(HttpMethod.Get, uri, timeout: TimeSpan.FromMinutes(1));
        return [plain.Content!, posted.Content!, followed.Content!, timed.Content!, context.GetFunctionContext()?.FunctionDefinition.Name ?? "none"];
    }
}
