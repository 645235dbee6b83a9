using System.Text;
using System.Text.Json;

namespace FuncExec.ExecutorPlugins.Http.Payload;

/// <summary>What is sent: headers and body.</summary>
internal sealed partial class HttpPayloadReader
{
    private const int MostHeaders = 100;
    private const int LongestHeaders = 32 * 1024;

    private void ReadHeaders(JsonElement value)
    {
        const string path = "$.headers";
        if (!Expect(value.ValueKind is JsonValueKind.Object, path, "must be an object of strings, or of arrays of strings"))
        {
            return;
        }

        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (JsonProperty header in value.EnumerateObject())
        {
            string place = JsonPath.Member(path, header.Name);
            if (Expect(HeaderRules.IsToken(header.Name), place, "is no name of a header: it must be letters, digits and hyphens")
                && Expect(!HeaderRules.IsOwn(header.Name), place, "is set by the executor and must not be given")
                && Expect(names.Add(header.Name), place, "is given twice; a header with many values has an array of them"))
            {
                ReadHeader(header.Name, place, header.Value);
            }
        }

        Expect(_headers.Count <= MostHeaders, path, $"must not have more than {MostHeaders} headers");
        Expect(_headers.Sum(static header => (long)header.Key.Length + header.Value.Length) <= LongestHeaders, path, $"must not be longer than {LongestHeaders} characters in all");
    }

    private void ReadHeader(string name, string path, JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.Array)
        {
            ReadHeaderValue(name, path, value);
            return;
        }

        int index = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            ReadHeaderValue(name, $"{path}[{index++}]", item);
        }
    }

    private void ReadHeaderValue(string name, string path, JsonElement value)
    {
        if (Expect(value.ValueKind is JsonValueKind.String, path, "must be a string")
            && Expect(HeaderRules.IsValue(value.GetString()!), path, "must contain printable ASCII characters only, no line breaks"))
        {
            _headers.Add(KeyValuePair.Create(name, value.GetString()!));
        }
    }

    private void ReadResultHeaders(JsonElement value)
    {
        const string path = "$.resultHeaders";
        if (!Expect(value.ValueKind is JsonValueKind.Array && value.GetArrayLength() <= MostResultHeaders, path, $"must be an array of at most {MostResultHeaders} names of headers"))
        {
            return;
        }

        int index = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (Expect(item.ValueKind is JsonValueKind.String && HeaderRules.IsToken(item.GetString()!), $"{path}[{index++}]", "must be the name of a header"))
            {
                _resultHeaders.Add(item.GetString()!);
            }
        }
    }

    private void ReadBody(string name, string path, JsonElement value)
    {
        if (_bodyMember is not null)
        {
            Add(path, $"must not be given together with '{_bodyMember}'");
            return;
        }

        _bodyMember = name;
        _body = name switch
        {
            "json" => new HttpBody(Encoding.UTF8.GetBytes(value.GetRawText()), "application/json"),
            "body" when Expect(value.ValueKind is JsonValueKind.String, path, "must be a string") =>
                new HttpBody(Encoding.UTF8.GetBytes(value.GetString()!), "text/plain; charset=utf-8"),
            "bodyBase64" when Expect(value.ValueKind is JsonValueKind.String, path, "must be a string in base64") => ReadBase64(path, value),
            _ => null,
        };
    }

    private HttpBody? ReadBase64(string path, JsonElement value) =>
        Expect(value.TryGetBytesFromBase64(out byte[]? bytes), path, "must be a string in base64") ? new HttpBody(bytes!, "application/octet-stream") : null;
}
