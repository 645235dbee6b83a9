using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FuncExec.Runtime.Functions.Management;

/// <summary>Writes the answers of the management API: stored JSON goes in as it is, anything else as a text.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly JsonReaderOptions _reading = new() { MaxDepth = 1000 };

    /// <summary>Writes one document.</summary>
    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        using Utf8JsonWriter writer = new(buffer, _options);
        write(writer);
        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Writes a stored value: null, JSON, or a text that is none.</summary>
    public static void WriteStored(Utf8JsonWriter writer, string name, string? stored)
    {
        writer.WritePropertyName(name);
        WriteStored(writer, stored);
    }

    /// <summary>Writes a stored value: null, JSON, or a text that is none.</summary>
    public static void WriteStored(Utf8JsonWriter writer, string? stored)
    {
        if (stored is null)
        {
            writer.WriteNullValue();
            return;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(stored.Trim());
        if (IsJson(bytes))
        {
            writer.WriteRawValue(bytes, skipInputValidation: true);
        }
        else
        {
            writer.WriteStringValue(Encoding.UTF8.GetString(bytes));
        }
    }

    private static bool IsJson(ReadOnlySpan<byte> bytes)
    {
        Utf8JsonReader reader = new(bytes, _reading);
        try
        {
            while (reader.Read())
            {
            }

            return bytes.Length > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
