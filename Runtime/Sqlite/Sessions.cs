namespace FuncExec.Runtime.Sqlite;

/// <summary>
/// The live sessions. They are kept in memory: only this process can use the file, so every session of an earlier one
/// is dead by not being here, and nothing need be written to start, renew or end one but the next id.
/// </summary>
internal sealed class Sessions(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Session> _live = [];
    private int _ended;

    /// <summary>How many have ended: when it has grown, what they held may be leased again.</summary>
    internal int Ended()
    {
        lock (_gate)
        {
            foreach ((long id, Session session) in _live)
            {
                if (HasExpired(session))
                {
                    _live.Remove(id);
                    _ended++;
                }
            }

            return _ended;
        }
    }

    internal void Begin(long id, TimeSpan leaseTime)
    {
        lock (_gate)
        {
            _live.Add(id, new Session(leaseTime) { RenewedAt = time.GetTimestamp() });
        }
    }

    internal bool Renew(long id)
    {
        lock (_gate)
        {
            if (!TryFindLive(id, out Session? session))
            {
                return false;
            }

            session.RenewedAt = time.GetTimestamp();
            return true;
        }
    }

    internal void End(long id)
    {
        lock (_gate)
        {
            if (_live.Remove(id))
            {
                _ended++;
            }
        }
    }

    /// <summary>Whether the session may hold leases. Zero, the owner of what is not leased, never lives.</summary>
    internal bool IsLive(long id)
    {
        lock (_gate)
        {
            return TryFindLive(id, out _);
        }
    }

    private bool TryFindLive(long id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Session? session)
    {
        if (!_live.TryGetValue(id, out session))
        {
            return false;
        }

        if (HasExpired(session))
        {
            _live.Remove(id);
            _ended++;
            session = null;
            return false;
        }

        return true;
    }

    private bool HasExpired(Session session) => time.GetElapsedTime(session.RenewedAt) >= session.LeaseTime;

    private sealed class Session(TimeSpan leaseTime)
    {
        internal TimeSpan LeaseTime { get; } = leaseTime;

        internal long RenewedAt { get; set; }
    }
}
