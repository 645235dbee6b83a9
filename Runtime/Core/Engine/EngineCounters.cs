namespace FuncExec.Runtime.Engine;

/// <summary>What a node counts about itself.</summary>
internal sealed class EngineCounters
{
    private long _turns;
    private long _rebuilds;
    private long _shadowReplays;
    private long _shadowDifferences;
    private long _leasesLost;
    private long _sessionsLost;
    private long _cacheHits;
    private long _cacheEvictions;

    public long Turns => Volatile.Read(ref _turns);

    public long Rebuilds => Volatile.Read(ref _rebuilds);

    public long ShadowReplays => Volatile.Read(ref _shadowReplays);

    public long ShadowDifferences => Volatile.Read(ref _shadowDifferences);

    public long LeasesLost => Volatile.Read(ref _leasesLost);

    public long SessionsLost => Volatile.Read(ref _sessionsLost);

    /// <summary>Turns for which the instance was live.</summary>
    public long CacheHits => Volatile.Read(ref _cacheHits);

    /// <summary>Idle instances dropped to keep the bound.</summary>
    public long CacheEvictions => Volatile.Read(ref _cacheEvictions);

    public long TurnCommitted() => Interlocked.Increment(ref _turns);

    public void Rebuilt() => Interlocked.Increment(ref _rebuilds);

    public void ShadowReplayed() => Interlocked.Increment(ref _shadowReplays);

    public void ShadowDiffered() => Interlocked.Increment(ref _shadowDifferences);

    public void LeaseLost() => Interlocked.Increment(ref _leasesLost);

    public void SessionLost() => Interlocked.Increment(ref _sessionsLost);

    public void CacheHit() => Interlocked.Increment(ref _cacheHits);

    public void CacheEvicted() => Interlocked.Increment(ref _cacheEvictions);
}
