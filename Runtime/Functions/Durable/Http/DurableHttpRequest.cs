using System.Text.Json.Serialization;
using Microsoft.Extensions.Primitives;

namespace Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;

/// <summary>An HTTP request of an orchestrator. It is stored in the history: put no secrets into it that must not be there.</summary>
public class DurableHttpRequest
{
    /// <summary>Makes a request whose 202 is an answer like any other.</summary>
    /// <param name="method">The method.</param>
    /// <param name="uri">Where to.</param>
    [JsonConstructor]
    public DurableHttpRequest(HttpMethod method, Uri uri)
    {
        Method = method;
        Uri = uri;
    }

    /// <summary>Makes a request with headers.</summary>
    /// <param name="method">The method.</param>
    /// <param name="uri">Where to.</param>
    /// <param name="headers">The headers, or null.</param>
    /// <param name="asynchronousPatternEnabled">Whether a 202 with a Location is followed up.</param>
    public DurableHttpRequest(
        HttpMethod method, Uri uri, IDictionary<string, StringValues>? headers, bool asynchronousPatternEnabled = false)
        : this(method, uri)
    {
        Headers = headers;
        AsynchronousPatternEnabled = asynchronousPatternEnabled;
    }

    /// <summary>The method.</summary>
    [JsonPropertyName("method")]
    [JsonConverter(typeof(HttpMethodConverter))]
    public HttpMethod Method { get; }

    /// <summary>Where to.</summary>
    [JsonPropertyName("uri")]
    public Uri Uri { get; }

    /// <summary>The headers.</summary>
    [JsonPropertyName("headers")]
    [JsonConverter(typeof(HttpHeadersConverter))]
    public IDictionary<string, StringValues>? Headers { get; set; }

    /// <summary>The body. Without a Content-Type among the headers it is <c>text/plain</c>.</summary>
    [JsonPropertyName("content")]
    public string? Content { get; set; }

    /// <summary>Where the bearer token of the request comes from, or null for none.</summary>
    [JsonPropertyName("tokenSource")]
    [JsonConverter(typeof(TokenSourceConverter))]
    public TokenSource? TokenSource { get; set; }

    /// <summary>Whether a 202 with a Location is followed up until another status comes.</summary>
    [JsonPropertyName("asynchronousPatternEnabled")]
    public bool AsynchronousPatternEnabled { get; set; }

    /// <summary>How it is tried again.</summary>
    [JsonPropertyName("retryOptions")]
    public HttpRetryOptions? HttpRetryOptions { get; set; }

    /// <summary>How long it may take with all that follows it up, or null for as long as it likes.</summary>
    [JsonPropertyName("timeout")]
    public TimeSpan? Timeout { get; set; }
}
