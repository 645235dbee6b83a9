using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace FuncExec.Ledger.Azure.Client;

/// <summary>
/// Speaks to a storage account over its REST protocol: signs, tries again what is transient (lost connections, 408, 429, 5xx;
/// with the pause that the service asks for), and says what failed.
/// </summary>
internal sealed class StorageClient
{
    /// <summary>The protocol's version; the emulator knows it too.</summary>
    private const string Version = "2021-12-02";

    private readonly HttpPipeline _pipeline;
    private readonly string? _signature;

    public StorageClient(StorageAccount account, StorageClientOptions? options = null)
    {
        Account = account;
        _signature = account.Signature;
        _pipeline = HttpPipelineBuilder.Build(options ?? new StorageClientOptions(), [], Rights(account), new ResponseClassifier());
    }

    public StorageAccount Account { get; }

    /// <summary>Sends a request and answers what came, whatever its status; the body is read whole.</summary>
    /// <param name="method">The method.</param>
    /// <param name="uri">Where to.</param>
    /// <param name="headers">Its headers besides those of every request.</param>
    /// <param name="content">Its body, which can be sent again.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="LedgerUnavailableException">There was no answer, or one that nobody could use.</exception>
    public async Task<StorageAnswer> SendAsync(
        RequestMethod method, Uri uri, IEnumerable<(string Name, string Value)> headers, ReadOnlyMemory<byte>? content, CancellationToken cancellationToken)
    {
        HttpMessage message = _pipeline.CreateMessage();
        Request request = message.Request;
        request.Method = method;
        request.Uri.Reset(Signed(uri));
        request.Headers.SetValue("x-ms-version", Version);
        foreach ((string name, string value) in headers)
        {
            request.Headers.SetValue(name, value);
        }

        if (content is { } body)
        {
            request.Content = RequestContent.Create(body);
            request.Headers.SetValue("Content-Length", $"{body.Length}");
            request.Headers.SetValue("Content-Type", "application/octet-stream");
        }

        try
        {
            await _pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException or IOException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            message.Dispose();
            throw new LedgerUnavailableException(
                $"The storage account at {uri.GetLeftPart(UriPartial.Authority)} did not answer: {Reason(exception)} Look at the network and the address.", exception);
        }

        StorageAnswer answer = new(message);
        if (answer.Status is 401 or 403 or 408 or 429 or >= 500)
        {
            using (answer)
            {
                throw new LedgerUnavailableException(StorageErrors.Explain(Account, uri, answer));
            }
        }

        return answer;
    }

    private Uri Signed(Uri uri) =>
        _signature is null ? uri : new Uri(uri.AbsoluteUri + (uri.Query.Length == 0 ? "?" : "&") + _signature);

    private static HttpPipelinePolicy[] Rights(StorageAccount account) => account switch
    {
        { Key: { } key } => [new SharedKeyPolicy(account.Name, key)],
        { Credential: { } credential } => [new BearerTokenAuthenticationPolicy(credential, "https://storage.azure.com/.default")],
        _ => [],
    };

    private static string Reason(Exception exception)
    {
        while (exception is AggregateException { InnerExceptions: [.., { } last] } || (exception is RequestFailedException && (last = exception.InnerException!) is not null))
        {
            exception = last;
        }

        string text = exception.Message.Trim();
        return text.EndsWith('.') ? text : text + ".";
    }
}

/// <summary>How requests are tried again.</summary>
internal sealed class StorageClientOptions : ClientOptions
{
    public StorageClientOptions()
    {
        Retry.MaxRetries = 6;
        Retry.Delay = TimeSpan.FromMilliseconds(200);
        Retry.MaxDelay = TimeSpan.FromSeconds(10);
        Diagnostics.IsDistributedTracingEnabled = false;
        Diagnostics.IsTelemetryEnabled = false;
    }
}
