using System.Buffers;
using System.Text.Json;

namespace FuncExec.ExecutorPlugins.Http.Calls;

/// <summary>Writes what is told of a call: bounded, and without what may be a secret.</summary>
internal static class CallDetails
{
    private const int LongestUrl = 2 * 1024;
    private const int LongestValue = 1024;
    private const int MostHeaderBytes = 24 * 1024; // With all else below the limit, however it is escaped.

    // Headers whose values are no secrets. A session, a token or a signature may stand in any other.
    private static readonly HashSet<string> Shown = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept-Ranges", "Age", "Allow", "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language",
        "Content-Length", "Content-Range", "Content-Type", "Date", "ETag", "Expires", "Last-Modified", "Retry-After", "Server",
        "Vary", "Via", "X-Correlation-Id", "X-Request-Id",
    };

    /// <summary>The details as a JSON object.</summary>
    public static JsonElement Write(HttpCall call, TimeSpan duration)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            if (call.Status is { } status)
            {
                writer.WriteNumber("status", status);
            }

            writer.WriteString("url", Cut(RedactedUrl.Of(call.Url), LongestUrl));
            writer.WriteNumber("redirects", call.Redirects);
            writer.WriteNumber("retries", call.Retries);
            writer.WriteNumber("bodyBytes", call.BodyLength);
            writer.WriteString("duration", duration.ToString("c"));
            WriteHeaders(writer, call);
            writer.WriteEndObject();
        }

        using JsonDocument document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static void WriteHeaders(Utf8JsonWriter writer, HttpCall call)
    {
        int left = MostHeaderBytes;
        writer.WriteStartObject("headers");
        foreach ((string name, string value) in call.ResponseHeaders)
        {
            JsonEncodedText encodedName = JsonEncodedText.Encode(Cut(name.ToLowerInvariant(), LongestValue));
            JsonEncodedText encodedValue = JsonEncodedText.Encode(Cut(value, LongestValue));
            int size = encodedName.EncodedUtf8Bytes.Length + encodedValue.EncodedUtf8Bytes.Length;
            if ((Shown.Contains(name) || call.ResultHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)) && size <= left)
            {
                left -= size;
                writer.WriteString(encodedName, encodedValue);
            }
        }

        writer.WriteEndObject();
    }

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest] + "…";
}
