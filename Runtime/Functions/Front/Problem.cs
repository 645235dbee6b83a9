using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>Answers what the front refuses: problem details (RFC 9457) with an <c>errors</c> map where input is at fault.</summary>
internal static class Problem
{
    private const string ContentType = "application/problem+json";

    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the answer. Nothing of it may have been sent.</summary>
    /// <param name="http">The request.</param>
    /// <param name="status">The status.</param>
    /// <param name="detail">What is wrong and what to do.</param>
    /// <param name="member">What is at fault: a JSON path, a route value, a query parameter or a header; or null.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static Task WriteAsync(HttpContext http, int status, string detail, string? member = null, string? fault = null)
    {
        HttpResponse response = http.Response;
        byte[] body = Encode(status, detail, member, fault);
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        return response.Body.WriteAsync(body, 0, body.Length, http.RequestAborted);
    }

    private static byte[] Encode(int status, string detail, string? member, string? fault)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, _options))
        {
            writer.WriteStartObject();
            writer.WriteString("type", "about:blank");
            writer.WriteString("title", ReasonPhrases.GetReasonPhrase(status));
            writer.WriteNumber("status", status);
            writer.WriteString("detail", Clean(detail));
            if (member is not null)
            {
                writer.WriteStartObject("errors");
                writer.WriteStartArray(Clean(member));
                writer.WriteStringValue(Clean(fault ?? detail));
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    // Echoed input may hold halves of surrogate pairs, which no JSON writer takes.
    private static string Clean(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
