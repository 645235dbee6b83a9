namespace Microsoft.DurableTask;

/// <summary>An answer that is fetched page by page while it is enumerated.</summary>
/// <typeparam name="T">What it lists.</typeparam>
public abstract class AsyncPageable<T> : IAsyncEnumerable<T>
    where T : notnull
{
    /// <summary>Enumerates whole pages.</summary>
    /// <param name="continuationToken">Where to begin: the token of an earlier page; null begins at the first.</param>
    /// <param name="pageSizeHint">How many values a page should have; null leaves it to the source.</param>
    public abstract IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = default, int? pageSizeHint = default);

    /// <summary>Enumerates the values of all pages, fetching each page when it is reached.</summary>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
#pragma warning disable CA2007 // An orchestrator may enumerate it: the continuation has to stay on its scheduler.
        await foreach (Page<T> page in AsPages().WithCancellation(cancellationToken))
#pragma warning restore CA2007
        {
            foreach (T value in page.Values)
            {
                yield return value;
            }
        }
    }
}
