using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace FuncExec.WorkerFunctions.Api.Answers;

/// <summary>Reads bodies that are to be JSON.</summary>
internal static class JsonBody
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Why a body's type is not for us, or null: it must be JSON in UTF-8.</summary>
    public static string? WhyUnsupported(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type)
            || !(type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || (type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase) && type.Type.Equals("application", StringComparison.OrdinalIgnoreCase))))
        {
            return "Send JSON, with the header 'Content-Type: application/json'.";
        }

        return type.Charset.HasValue && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            ? "Send the JSON in UTF-8."
            : null;
    }

    /// <summary>Why a body is not for us, or null: it must be sent as it is.</summary>
    public static string? WhyEncoded(HttpRequest request) =>
        request.Headers.ContentEncoding.Count > 0 ? "Send the body uncompressed: no Content-Encoding is understood." : null;

    /// <summary>All of a body, or null when it is larger than the limit.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(Stream body, long? length, int limit, CancellationToken cancellationToken)
    {
        if (length > limit)
        {
            return null;
        }

        using MemoryStream read = new((int)(length ?? 0));
        byte[] buffer = new byte[(int)Math.Clamp(length + 1 ?? BufferSize, 1, BufferSize)];
        int count;
        while ((count = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (read.Length + count > limit)
            {
                return null;
            }

            read.Write(buffer, 0, count);
        }

        return read.GetBuffer().AsMemory(0, (int)read.Length);
    }
}
