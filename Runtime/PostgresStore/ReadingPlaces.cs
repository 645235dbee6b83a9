using Npgsql;

namespace FuncExec.Runtime.PostgresStore;

/// <summary>
/// Places for what very many may ask at once. They wait here and not at the pool, which gives up after a while, and leave it connections
/// for commits and for a node's signs of life.
/// </summary>
/// <param name="connections">How many the pool has.</param>
internal sealed class ReadingPlaces(int connections)
{
    private const int KeptForOthers = 2;

    private readonly SemaphoreSlim _free = new(Math.Max(1, connections - KeptForOthers));

    private Refusal _next = new();

    /// <summary>Waits for a place; disposing of the answer gives it back.</summary>
    /// <exception cref="NpgsqlException">The server was found to refuse connections meanwhile.</exception>
    internal async ValueTask<Place> TakeAsync(CancellationToken cancellationToken)
    {
        if (!_free.Wait(0, cancellationToken))
        {
            await WaitAsync(Volatile.Read(ref _next), cancellationToken).ConfigureAwait(false);
        }

        return new Place(_free);
    }

    /// <summary>
    /// The server refuses connections: those who wait now are told so. A place takes a second to find it out, and while each waited for its own
    /// try, more would come than go.
    /// </summary>
    internal void TellRefused(Exception cause) => Interlocked.Exchange(ref _next, new Refusal()).Tell(cause);

    private async Task WaitAsync(Refusal refusal, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, refusal.Told);
        try
        {
            await _free.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (refusal.Cause is { } cause && !cancellationToken.IsCancellationRequested)
        {
            throw new NpgsqlException(cause.Message, cause.InnerException ?? cause);
        }
    }

    internal readonly struct Place(SemaphoreSlim? free) : IDisposable
    {
        public void Dispose() => free?.Release();
    }

    /// <summary>The next one that is found, and all who wait until then.</summary>
    private sealed class Refusal
    {
        private readonly CancellationTokenSource _told = new();

        internal CancellationToken Told => _told.Token;

        internal Exception? Cause { get; private set; }

        /// <summary>Its source is not disposed of: somebody may just be about to wait on it, and it holds nothing but memory.</summary>
        internal void Tell(Exception cause)
        {
            Cause = cause;
            _told.Cancel();
        }
    }
}
