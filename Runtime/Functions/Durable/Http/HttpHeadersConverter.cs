using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Primitives;

namespace Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;

/// <summary>Writes headers as an object: one value as a text, several as a list.</summary>
internal sealed class HttpHeadersConverter : JsonConverter<IDictionary<string, StringValues>>
{
    public override IDictionary<string, StringValues> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Dictionary<string, StringValues> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, JsonElement value) in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(ref reader, options) ?? [])
        {
            headers[name] = value.ValueKind == JsonValueKind.Array
                ? value.EnumerateArray().Select(static item => item.GetString()).ToArray()
                : value.GetString();
        }

        return headers;
    }

    public override void Write(Utf8JsonWriter writer, IDictionary<string, StringValues> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach ((string name, StringValues values) in value)
        {
            writer.WritePropertyName(name);
            if (values.Count == 1)
            {
                writer.WriteStringValue(values[0]);
            }
            else
            {
                JsonSerializer.Serialize(writer, values.ToArray(), options);
            }
        }

        writer.WriteEndObject();
    }
}
