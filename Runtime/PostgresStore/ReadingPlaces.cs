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

    /// <summary>Waits for a place; disposing of the answer gives it back.</summary>
    internal async ValueTask<Place> TakeAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Place(_free);
    }

    internal readonly struct Place(SemaphoreSlim? free) : IDisposable
    {
        public void Dispose() => free?.Release();
    }
}
