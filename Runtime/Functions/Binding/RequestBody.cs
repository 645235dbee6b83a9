using System.Text;
using System.Text.Json;
using Azure.Core.Serialization;
using FuncExec.Runtime.Functions.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>Reads the body of a request into a type.</summary>
internal static class RequestBody
{
    /// <summary>Reads it; null when it is empty.</summary>
    /// <param name="request">The request.</param>
    /// <param name="type">What to read: <c>string</c>, <c>byte[]</c>, a stream, or anything JSON is read into.</param>
    /// <param name="serializer">Reads the JSON.</param>
    /// <param name="strict">Whether JSON needs its content type.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RequestRefusedException">The body is not what it has to be.</exception>
    public static async ValueTask<object?> ReadAsync(
        HttpRequest request, Type type, ObjectSerializer serializer, bool strict, CancellationToken cancellationToken)
    {
        if (type == typeof(Stream))
        {
            return request.Body;
        }

        byte[] bytes = await ReadBytesAsync(request, cancellationToken).ConfigureAwait(false);
        if (type == typeof(byte[]))
        {
            return bytes;
        }

        if (type == typeof(ReadOnlyMemory<byte>) || type == typeof(Memory<byte>))
        {
            return type == typeof(Memory<byte>) ? new Memory<byte>(bytes) : (ReadOnlyMemory<byte>)bytes;
        }

        if (type == typeof(BinaryData))
        {
            return new BinaryData(bytes);
        }

        Encoding encoding = CharsetOf(request);
        if (type == typeof(string) && (!strict || !IsJson(request)))
        {
            return encoding.GetString(bytes);
        }

        if (bytes.Length == 0)
        {
            return null;
        }

        if (strict && !IsJson(request))
        {
            throw new RequestRefusedException(
                StatusCodes.Status415UnsupportedMediaType,
                $"The body is '{request.ContentType ?? "of no content type"}'. Send JSON, as application/json.");
        }

        return await ParseAsync(Utf8(bytes, encoding), type, serializer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the content type says JSON.</summary>
    public static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.MediaType.Equals("text/json", StringComparison.OrdinalIgnoreCase)
            || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads the bytes, up to the server's limit.</summary>
    public static async Task<byte[]> ReadBytesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using MemoryStream buffer = new((int)Math.Min(request.ContentLength ?? 0, 1 << 20));
        await request.Body.CopyToAsync(buffer, cancellationToken).ConfigureAwait(false);
        return buffer.ToArray();
    }

    /// <summary>The character set that the content type names, UTF-8 when none.</summary>
    public static Encoding CharsetOf(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) || !type.Charset.HasValue)
        {
            return Encoding.UTF8;
        }

        return type.Encoding ?? throw new RequestRefusedException(
            StatusCodes.Status415UnsupportedMediaType, $"The character set '{type.Charset}' is not known. Send UTF-8.");
    }

    /// <summary>The bytes as UTF-8, without byte order mark.</summary>
    public static byte[] Utf8(byte[] bytes, Encoding encoding)
    {
        byte[] utf8 = encoding.CodePage == Encoding.UTF8.CodePage ? bytes : Encoding.Convert(encoding, Encoding.UTF8, bytes);
        return utf8 is [0xEF, 0xBB, 0xBF, ..] ? utf8[3..] : utf8;
    }

    private static async ValueTask<object?> ParseAsync(
        byte[] json, Type type, ObjectSerializer serializer, CancellationToken cancellationToken)
    {
        using MemoryStream stream = new(json, writable: false);
        try
        {
            return await serializer.DeserializeAsync(stream, type, cancellationToken).ConfigureAwait(false);
        }
        catch (JsonException exception)
        {
            throw new MalformedBodyException(exception);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The app's serializer or its type: whatever it throws says that the body does not fit.
            throw new RequestRefusedException(
                StatusCodes.Status400BadRequest, "The body does not fit.", "$", exception.Message, exception);
        }
    }
}
