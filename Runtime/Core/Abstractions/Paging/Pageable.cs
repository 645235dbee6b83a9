using System.Runtime.CompilerServices;

namespace Microsoft.DurableTask;

/// <summary>Makes <see cref="AsyncPageable{T}"/> out of a function that fetches one page.</summary>
public static class Pageable
{
    /// <summary>Makes a pageable whose page size is the source's own.</summary>
    /// <param name="pageFunc">Fetches the page that begins at the given token; null is the first.</param>
    public static AsyncPageable<T> Create<T>(Func<string?, CancellationToken, Task<Page<T>>> pageFunc)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(pageFunc);
        return new FetchedPages<T>((token, _, cancellationToken) => pageFunc(token, cancellationToken));
    }

    /// <summary>Makes a pageable.</summary>
    /// <param name="pageFunc">Fetches the page that begins at the given token (null is the first), of about the given size.</param>
    public static AsyncPageable<T> Create<T>(Func<string?, int?, CancellationToken, Task<Page<T>>> pageFunc)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(pageFunc);
        return new FetchedPages<T>(pageFunc);
    }

    private sealed class FetchedPages<T>(Func<string?, int?, CancellationToken, Task<Page<T>>> fetch) : AsyncPageable<T>
        where T : notnull
    {
        public override IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = default, int? pageSizeHint = default) =>
            FetchAsync(continuationToken, pageSizeHint);

        private async IAsyncEnumerable<Page<T>> FetchAsync(
            string? token, int? size, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            do
            {
#pragma warning disable CA2007 // An orchestrator may enumerate it: the continuation has to stay on its scheduler.
                Page<T> page = await fetch(token, size, cancellationToken);
#pragma warning restore CA2007
                yield return page;
                token = page.ContinuationToken;
            }
            while (token is not null);
        }
    }
}
