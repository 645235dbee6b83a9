using FuncExec.ExecutorPlugins.Http.Payload;

namespace FuncExec.ExecutorPlugins.Http.Calls;

/// <summary>One request: the payload's own, or what a redirect made of it.</summary>
internal sealed record HttpHop(Uri Url, string Method, IReadOnlyList<KeyValuePair<string, string>> Headers, HttpBody? Body)
{
    private const string UserAgent = "FuncExec";

    /// <summary>Whether sending it twice has the effect of sending it once.</summary>
    public bool IsIdempotent => Method is "GET" or "HEAD" or "PUT" or "DELETE" or "OPTIONS";

    /// <summary>The payload's own request.</summary>
    public static HttpHop First(HttpPayload payload) => new(payload.Url, payload.Method, payload.Headers, payload.Body);

    /// <summary>A message to be sent once.</summary>
    public HttpRequestMessage CreateMessage()
    {
        HttpRequestMessage message = new(new HttpMethod(Method), Url);

        // The handler repeats a request without content by itself when a kept connection turns out to be closed. One that
        // must not be sent twice therefore has a content, be it an empty one.
        ByteArrayContent? content = Body is not null || !IsIdempotent ? new ByteArrayContent(Body?.Bytes ?? []) : null;
        foreach ((string name, string value) in Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                content ??= new ByteArrayContent([]);
                content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (Body is not null && !content!.Headers.Contains("Content-Type"))
        {
            content.Headers.TryAddWithoutValidation("Content-Type", Body.ContentType);
        }

        if (!message.Headers.Contains("User-Agent"))
        {
            message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        }

        message.Content = content;
        return message;
    }
}
