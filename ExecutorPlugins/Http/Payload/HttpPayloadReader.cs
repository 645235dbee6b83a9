using System.Text.Json;

namespace FuncExec.ExecutorPlugins.Http.Payload;

/// <summary>Reads a request's payload and names everything that is wrong in it.</summary>
internal sealed partial class HttpPayloadReader
{
    /// <summary>How many redirects are followed unless the payload says otherwise.</summary>
    public const int DefaultRedirects = 10;

    private const int MostRedirects = 20;
    private const int LongestUrl = 8 * 1024;
    private const int LongestMethod = 32;
    private const int MostStatuses = 64;
    private const int MostResultHeaders = 32;
    private const string Known = "url, method, headers, body, json, bodyBase64, maxResponseBytes, acceptStatus, followRedirects, maxRedirects, resultHeaders";

    private readonly long _largestResponse;
    private readonly List<PayloadMistake> _mistakes = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<KeyValuePair<string, string>> _headers = [];
    private readonly List<string> _resultHeaders = [];
    private Uri? _url;
    private string _method = "GET";
    private HttpBody? _body;
    private string? _bodyMember;
    private long _maxResponseBytes;
    private StatusRanges _acceptStatus = StatusRanges.Successes;
    private bool _followRedirects = true;
    private int _maxRedirects = DefaultRedirects;

    private HttpPayloadReader(long largestResponse)
    {
        _largestResponse = largestResponse;
        _maxResponseBytes = largestResponse;
    }

    /// <summary>The payload when there are no mistakes, else the mistakes.</summary>
    /// <param name="payload">What the job says.</param>
    /// <param name="maxResponseBytes">The default and the upper bound of the member of this name.</param>
    public static (HttpPayload? Payload, IReadOnlyList<PayloadMistake> Mistakes) Read(JsonElement payload, long maxResponseBytes)
    {
        HttpPayloadReader reader = new(maxResponseBytes);
        try
        {
            HttpPayload? read = reader.ReadPayload(payload);
            return (reader._mistakes.Count == 0 ? read : null, reader._mistakes);
        }
        catch (InvalidOperationException)
        {
            // How JsonElement says that a string is none; every other kind of value is asked for before it is read.
            reader.Add("$", "contains a string with half of a surrogate pair (\\uD800 to \\uDFFF)");
            return (null, reader._mistakes);
        }
    }

    private HttpPayload? ReadPayload(JsonElement payload)
    {
        if (payload.ValueKind is not JsonValueKind.Object)
        {
            Add("$", "must be an object with the member 'url'");
            return null;
        }

        foreach (JsonProperty member in payload.EnumerateObject())
        {
            ReadMember(member.Name, member.Value);
        }

        if (!_seen.Contains("url"))
        {
            Add("$.url", "is missing");
        }

        return _url is null ? null : new HttpPayload
        {
            Url = _url,
            Method = _method,
            Headers = _headers,
            Body = _body,
            MaxResponseBytes = _maxResponseBytes,
            AcceptStatus = _acceptStatus,
            FollowRedirects = _followRedirects,
            MaxRedirects = _maxRedirects,
            ResultHeaders = _resultHeaders,
        };
    }

    private void ReadMember(string name, JsonElement value)
    {
        string path = JsonPath.Member("$", name);
        if (!_seen.Add(name))
        {
            Add(path, "is given twice");
            return;
        }

        switch (name)
        {
            case "url":
                ReadUrl(value);
                break;
            case "method":
                ReadMethod(value);
                break;
            case "headers":
                ReadHeaders(value);
                break;
            case "body" or "json" or "bodyBase64":
                ReadBody(name, path, value);
                break;
            case "maxResponseBytes":
                _maxResponseBytes = ReadInteger(path, value, 1, _largestResponse);
                break;
            case "acceptStatus":
                ReadAcceptStatus(value);
                break;
            case "followRedirects":
                _followRedirects = value.ValueKind is JsonValueKind.True;
                Expect(value.ValueKind is JsonValueKind.True or JsonValueKind.False, path, "must be true or false");
                break;
            case "maxRedirects":
                _maxRedirects = (int)ReadInteger(path, value, 0, MostRedirects);
                break;
            case "resultHeaders":
                ReadResultHeaders(value);
                break;
            case "timeout":
                Add(path, "is no member of a request's payload: it belongs to the task, beside 'payload'");
                break;
            default:
                Add(path, $"is no member of a request's payload; these are: {Known}");
                break;
        }
    }

    private void ReadUrl(JsonElement value)
    {
        const string path = "$.url";
        const string shape = "must be an absolute URL that begins with http:// or https://";
        if (value.ValueKind is not JsonValueKind.String)
        {
            Add(path, shape);
            return;
        }

        string text = value.GetString()!;
        if (text.Length > LongestUrl)
        {
            Add(path, $"must not be longer than {LongestUrl} characters");
        }
        else if (text.Any(static c => c is <= ' ' or '\\' or '\u007f'))
        {
            Add(path, "must not contain blanks, control characters or backslashes: write them as %20, %5C and the like");
        }
        else if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || !(url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) || url.IdnHost.Length == 0)
        {
            Add(path, shape);
        }
        else if (HasUser(text))
        {
            Add(path, "must not contain a user or a password: send them in the header Authorization");
        }
        else
        {
            _url = url;
        }
    }

    /// <summary>Whether the part up to the path has an @, be it with nothing before it.</summary>
    private static bool HasUser(string url)
    {
        ReadOnlySpan<char> authority = url.AsSpan(url.IndexOf("//", StringComparison.Ordinal) + 2);
        int end = authority.IndexOfAny('/', '?', '#');
        return (end < 0 ? authority : authority[..end]).Contains('@');
    }

    private void ReadMethod(JsonElement value)
    {
        string method = value.ValueKind is JsonValueKind.String ? value.GetString()!.ToUpperInvariant() : "";
        if (method is "CONNECT" or "TRACE")
        {
            Add("$.method", "must be neither CONNECT nor TRACE");
        }
        else if (Expect(HeaderRules.IsToken(method) && method.Length <= LongestMethod, "$.method", $"must be a method's name such as POST, at most {LongestMethod} characters"))
        {
            _method = method;
        }
    }

    private void ReadAcceptStatus(JsonElement value)
    {
        const string path = "$.acceptStatus";
        if (!Expect(value.ValueKind is JsonValueKind.Array && value.GetArrayLength() is > 0 and <= MostStatuses, path, $"must be an array of 1 to {MostStatuses} status codes or ranges"))
        {
            return;
        }

        List<(int From, int To)> ranges = [];
        int index = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            bool isRange = StatusRanges.TryRead(item, out (int From, int To) range);
            Expect(isRange, $"{path}[{index++}]", "must be a status from 100 to 599, such as 200, or a range such as \"200-299\" or \"2xx\"");
            ranges.Add(range);
        }

        _acceptStatus = new StatusRanges(ranges);
    }

    private long ReadInteger(string path, JsonElement value, long lowest, long highest)
    {
        bool fits = value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out long number) && number >= lowest && number <= highest;
        return Expect(fits, path, $"must be a whole number, {lowest} to {highest}") ? value.GetInt64() : lowest;
    }

    private bool Expect(bool condition, string path, string message)
    {
        if (!condition)
        {
            Add(path, message);
        }

        return condition;
    }

    private void Add(string path, string message) => _mistakes.Add(new PayloadMistake(path, message));
}
