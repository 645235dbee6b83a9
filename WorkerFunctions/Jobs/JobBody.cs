using FuncExec.Orchestrator.Reading;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>Reads the body of a request that brings a job.</summary>
internal static class JobBody
{
    /// <summary>Why a request's body is not for us, or null: it must be JSON in UTF-8, sent as it is.</summary>
    public static string? WhyUnsupported(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            || !(type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || (type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase) && type.Type.Equals("application", StringComparison.OrdinalIgnoreCase))))
        {
            return "Send the job as JSON, with the header 'Content-Type: application/json'.";
        }

        if (type.Charset.HasValue && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            return "Send the job in UTF-8.";
        }

        return request.Headers.ContentEncoding.Count > 0 ? "Send the job uncompressed: no Content-Encoding is understood." : null;
    }

    /// <summary>The whole body, or null when it is larger than a document may be.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > JobLimits.DocumentBytes)
        {
            return null;
        }

        using MemoryStream body = new((int)(request.ContentLength ?? 0));
        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + count > JobLimits.DocumentBytes)
            {
                return null;
            }

            body.Write(buffer, 0, count);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
