namespace FuncExec.ExecutorPlugins.Http.Payload;

/// <summary>What a job says about a request.</summary>
internal sealed record HttpPayload
{
    /// <summary>Where it goes: absolute, http or https, without user and password.</summary>
    public required Uri Url { get; init; }

    /// <summary>In upper case.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>Names and values, a name once for each of its values.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>What is sent, or null.</summary>
    public HttpBody? Body { get; init; }

    /// <summary>How long the answer's body may be, decompressed.</summary>
    public required long MaxResponseBytes { get; init; }

    /// <summary>Which statuses are a success.</summary>
    public StatusRanges AcceptStatus { get; init; } = StatusRanges.Successes;

    /// <summary>Whether answers that point elsewhere are followed.</summary>
    public bool FollowRedirects { get; init; } = true;

    /// <summary>How many times at most.</summary>
    public int MaxRedirects { get; init; } = HttpPayloadReader.DefaultRedirects;

    /// <summary>Headers of the answer that are shown besides those always shown.</summary>
    public IReadOnlyList<string> ResultHeaders { get; init; } = [];
}

/// <summary>What a request carries.</summary>
/// <param name="Bytes">Its bytes.</param>
/// <param name="ContentType">What they are, unless a header says otherwise.</param>
internal sealed record HttpBody(byte[] Bytes, string ContentType);
