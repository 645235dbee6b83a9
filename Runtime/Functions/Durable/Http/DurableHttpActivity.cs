using System.Net.Http.Headers;
using Azure.Core;
using FuncExec.Runtime.Hosting;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace FuncExec.Runtime.Functions.Durable.Http;

/// <summary>The built-in activity that makes the HTTP requests of orchestrators.</summary>
internal sealed class DurableHttpActivity(IServiceProvider services) : IDisposable
{
    /// <summary>The most of a body that is taken into memory; what may be stored of it is the engine's to say.</summary>
    private const int LargestBody = 64 * 1024 * 1024;

    /// <summary>How long a request without a time of its own may take, as officially.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(240);

    private readonly Lazy<HttpClient> _client = new(CreateClient);

    /// <summary>What a request fails with whose time is up.</summary>
    public static TimeoutException TimedOut(Uri uri, TimeSpan timeout) =>
        new($"{uri.GetLeftPart(UriPartial.Path)} did not give its answer within {timeout:c}.");

    public async ValueTask<string?> RunAsync(ActivityCall call, DataConverter converter, CancellationToken cancellationToken)
    {
        DurableHttpRequest request = (call.Input is null ? null : converter.Deserialize<DurableHttpRequest>(call.Input))
            ?? throw new InvalidOperationException($"'{DurableHttpCall.Activity}' was called without a request.");
        using HttpRequestMessage message = Write(request);
        if (request.TokenSource is { } source)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(source, cancellationToken).ConfigureAwait(false));
        }

        TimeSpan timeout = request.Timeout is { } asked && asked != Timeout.InfiniteTimeSpan ? asked : _longest;
        using CancellationTokenSource time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(timeout < TimeSpan.FromDays(24) ? timeout : TimeSpan.FromDays(24)); // The longest that it takes.
        try
        {
            using HttpResponseMessage response = await _client.Value.SendAsync(message, time.Token).ConfigureAwait(false);
            ThrowIfToBeTriedAgain(request.HttpRetryOptions, response);
            return converter.Serialize(await ReadAsync(response, time.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && time.IsCancellationRequested)
        {
            throw TimedOut(request.Uri, timeout);
        }
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    private static HttpClient CreateClient()
    {
        // No cookies are kept: what one orchestration was given is not another's. Addresses are looked up anew now and then.
        SocketsHttpHandler handler = new() { UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        HttpClient client = new(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestBody };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue(
            "FuncExec.Runtime", typeof(DurableHttpActivity).Assembly.GetName().Version?.ToString(3)));
        return client;
    }

    private static HttpRequestMessage Write(DurableHttpRequest request)
    {
        HttpRequestMessage message = new(request.Method, request.Uri);
        if (request.Content is not null)
        {
            message.Content = new StringContent(request.Content);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        }

        foreach ((string name, StringValues values) in request.Headers ?? new Dictionary<string, StringValues>())
        {
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                message.Content?.Headers.Remove(name);
            }

            if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        return message;
    }

    private static void ThrowIfToBeTriedAgain(HttpRetryOptions? retry, HttpResponseMessage response)
    {
        bool isToBeTriedAgain = retry is not null && (retry.StatusCodesToRetry.Count == 0
            ? (int)response.StatusCode >= 400
            : retry.StatusCodesToRetry.Contains(response.StatusCode));
        if (isToBeTriedAgain)
        {
            throw new HttpRequestException(
                $"{response.RequestMessage?.RequestUri?.GetLeftPart(UriPartial.Path)} answered {(int)response.StatusCode} ({response.ReasonPhrase}), which is to be tried again.",
                null,
                response.StatusCode);
        }
    }

    private static async Task<DurableHttpResponse> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        Dictionary<string, StringValues> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, IEnumerable<string> values) in response.Headers.Concat(response.Content.Headers))
        {
            headers[name] = values.ToArray();
        }

        return new DurableHttpResponse(response.StatusCode)
        {
            Headers = headers,
            Content = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false),
        };
    }

    private async ValueTask<string> TokenAsync(TokenSource source, CancellationToken cancellationToken)
    {
        ManagedIdentityOptions? options = (source as ManagedIdentityTokenSource)?.Options;
        if (options?.AuthorityHost is not null)
        {
            throw new NotSupportedException(
                "The token source of the request names an authority. Here the app's TokenCredential decides it: give it to that one, and leave it out of the request.");
        }

        TokenCredential credential = services.GetService<TokenCredential>() ?? throw new NotSupportedException(
            "The request has a token source, and the app has registered no Azure.Core.TokenCredential to take the token from. Register one, such as "
            + "builder.Services.AddSingleton<TokenCredential>(new DefaultAzureCredential()) of the package Azure.Identity, or put the token into the request's headers.");
        AccessToken token = await credential.GetTokenAsync(
            new TokenRequestContext([source.Resource], tenantId: options?.TenantId), cancellationToken).ConfigureAwait(false);
        return token.Token;
    }
}
