namespace Microsoft.DurableTask.Client.Entities;

/// <summary>Which entities to list. What is null excludes none.</summary>
public record EntityQuery
{
    /// <summary>How many entities a page has when nothing else is asked for.</summary>
    public const int DefaultPageSize = 100;

    /// <summary>
    /// What the id begins with: <c>@name</c> or <c>@name@key</c>. The first <c>@</c> may be left out; the name is put in
    /// lower case, the key is not.
    /// </summary>
    public string? InstanceIdStartsWith
    {
        get;
        init => field = value is null ? null : Normalize(value);
    }

    /// <summary>Last changed at or after.</summary>
    public DateTimeOffset? LastModifiedFrom { get; init; }

    /// <summary>Last changed at or before.</summary>
    public DateTimeOffset? LastModifiedTo { get; init; }

    /// <summary>Whether to fetch the states too. Default: true.</summary>
    public bool IncludeState { get; init; } = true;

    /// <summary>Whether to list entities without a state. Default: false.</summary>
    public bool IncludeTransient { get; init; }

    /// <summary>How many a page has at most; null leaves it to the runtime.</summary>
    public int? PageSize { get; init; }

    /// <summary>Where to begin: the token of an earlier page; null begins at the first.</summary>
    public string? ContinuationToken { get; init; }

    private static string Normalize(string value)
    {
        string prefix = value.StartsWith('@') ? value : '@' + value;
        int separator = prefix.IndexOf('@', 1);
        return separator < 0
            ? prefix.ToLowerInvariant()
            : string.Concat(prefix[..separator].ToLowerInvariant(), prefix.AsSpan(separator));
    }
}
