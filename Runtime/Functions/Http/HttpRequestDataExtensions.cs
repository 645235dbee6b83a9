using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Core.Serialization;
using FuncExec.Runtime.Functions.Invocation;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Reading requests.</summary>
public static class HttpRequestDataExtensions
{
    /// <summary>Reads the body as text, UTF-8 unless said otherwise by the parameter or a byte order mark.</summary>
    public static async Task<string?> ReadAsStringAsync(this HttpRequestData request, Encoding? encoding = null)
    {
        using StreamReader reader = Reader(request, encoding);
        return await reader.ReadToEndAsync(request.FunctionContext.CancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the body as text, UTF-8 unless said otherwise by the parameter or a byte order mark.</summary>
    public static string? ReadAsString(this HttpRequestData request, Encoding? encoding = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => request.ReadAsStringAsync(encoding)).GetAwaiter().GetResult();
    }

    /// <summary>Reads the body as JSON with <see cref="WorkerOptions.Serializer"/>.</summary>
    /// <exception cref="JsonException">It does not fit; not caught, it is answered with 400.</exception>
    public static ValueTask<T?> ReadFromJsonAsync<T>(this HttpRequestData request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.ReadFromJsonAsync<T>(WorkerSerializer.Of(request.FunctionContext), cancellationToken);
    }

    /// <summary>Reads the body as JSON with a serializer.</summary>
    /// <exception cref="JsonException">It does not fit; not caught, it is answered with 400.</exception>
    public static async ValueTask<T?> ReadFromJsonAsync<T>(
        this HttpRequestData request, ObjectSerializer serializer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(serializer);
        try
        {
            object? value = await serializer.DeserializeAsync(request.Body, typeof(T), cancellationToken).ConfigureAwait(false);
            return value is null ? default : (T)value;
        }
        catch (JsonException exception)
        {
            throw new MalformedBodyException(exception);
        }
    }

    /// <summary>Begins an answer with a status.</summary>
    public static HttpResponseData CreateResponse(this HttpRequestData request, HttpStatusCode statusCode)
    {
        ArgumentNullException.ThrowIfNull(request);
        HttpResponseData response = request.CreateResponse();
        response.StatusCode = statusCode;
        return response;
    }

    private static StreamReader Reader(HttpRequestData request, Encoding? encoding)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new StreamReader(request.Body, encoding ?? Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 4096, leaveOpen: true);
    }
}
