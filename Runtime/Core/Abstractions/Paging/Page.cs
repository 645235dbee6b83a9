namespace Microsoft.DurableTask;

/// <summary>One page of a longer answer.</summary>
/// <typeparam name="T">What it lists.</typeparam>
public sealed class Page<T>
    where T : notnull
{
    /// <summary>Makes a page.</summary>
    /// <param name="values">Its values.</param>
    /// <param name="continuationToken">Where the next page begins; null at the end.</param>
    public Page(IReadOnlyList<T> values, string? continuationToken = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        Values = values;
        ContinuationToken = continuationToken;
    }

    /// <summary>The values of this page; there may be none although more pages follow.</summary>
    public IReadOnlyList<T> Values { get; }

    /// <summary>Where the next page begins; null at the end.</summary>
    public string? ContinuationToken { get; }
}
