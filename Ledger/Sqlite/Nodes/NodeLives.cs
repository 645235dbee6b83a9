using System.Diagnostics.CodeAnalysis;

namespace FuncExec.Ledger.Sqlite.Nodes;

/// <summary>
/// The lives of nodes that go on. They are kept in memory, by the clock that nobody sets: only this process can use the
/// file, so every life that an earlier process knew is over by not being here.
/// </summary>
internal sealed class NodeLives(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Life> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<long, Life> _byKey = [];

    internal void Begin(string id, long key, TimeSpan lease)
    {
        lock (_gate)
        {
            var life = new Life(id, key, lease) { RenewedAt = time.GetTimestamp() };
            _byId[id] = life;
            _byKey[key] = life;
        }
    }

    internal bool Renew(string id)
    {
        lock (_gate)
        {
            if (!TryLive(_byId.GetValueOrDefault(id), out Life? life))
            {
                return false;
            }

            life.RenewedAt = time.GetTimestamp();
            return true;
        }
    }

    internal void End(string id)
    {
        lock (_gate)
        {
            if (_byId.TryGetValue(id, out Life? life))
            {
                Remove(life);
            }
        }
    }

    /// <summary>The key of a living node, or null when it is dead.</summary>
    internal long? FindKey(string id)
    {
        lock (_gate)
        {
            return TryLive(_byId.GetValueOrDefault(id), out Life? life) ? life.Key : null;
        }
    }

    /// <summary>The id of a living node, or null when it is dead.</summary>
    internal string? FindId(long? key)
    {
        lock (_gate)
        {
            return key is { } number && TryLive(_byKey.GetValueOrDefault(number), out Life? life) ? life.Id : null;
        }
    }

    private bool TryLive(Life? found, [NotNullWhen(true)] out Life? life)
    {
        life = found;
        if (found is not null && time.GetElapsedTime(found.RenewedAt) >= found.Lease)
        {
            Remove(found);
            life = null;
        }

        return life is not null;
    }

    private void Remove(Life life)
    {
        _byId.Remove(life.Id);
        _byKey.Remove(life.Key);
    }

    private sealed class Life(string id, long key, TimeSpan lease)
    {
        internal string Id { get; } = id;

        internal long Key { get; } = key;

        internal TimeSpan Lease { get; } = lease;

        internal long RenewedAt { get; set; }
    }
}
