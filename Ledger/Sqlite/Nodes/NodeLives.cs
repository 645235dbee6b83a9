using System.Diagnostics.CodeAnalysis;

namespace FuncExec.Ledger.Sqlite.Nodes;

/// <summary>
/// The lives of nodes that go on. They are kept in memory, by the clock that nobody sets: only this process can use the
/// file, so every life that an earlier process knew is over by not being here.
/// </summary>
internal sealed class NodeLives(TimeProvider time)
{
    /// <summary>How long it is told of a life that it is over, and of how many at most.</summary>
    private static readonly TimeSpan s_remembered = TimeSpan.FromHours(1);
    private const int MostListed = 1_000;

    private readonly Lock _gate = new();
    private readonly List<Life> _over = [];
    private readonly Dictionary<string, Life> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<long, Life> _byKey = [];

    internal void Begin(NodeLife node, long key, TimeSpan lease)
    {
        lock (_gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            var life = new Life(node, key, lease, now) { RenewedAt = time.GetTimestamp(), RenewedUtc = now };
            _byId[node.Id] = life;
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
            life.RenewedUtc = time.GetUtcNow();
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

    /// <summary>Keeps what a node tells; whether it was asked to drain.</summary>
    internal bool Report(string id, string report)
    {
        lock (_gate)
        {
            if (!TryLive(_byId.GetValueOrDefault(id), out Life? life))
            {
                return false;
            }

            life.Report = report;
            return life.IsAskedToDrain;
        }
    }

    internal bool AskToDrain(string id)
    {
        lock (_gate)
        {
            if (!TryLive(_byId.GetValueOrDefault(id), out Life? life))
            {
                return false;
            }

            life.IsAskedToDrain = true;
            return true;
        }
    }

    internal IReadOnlyList<NodeRecord> List()
    {
        lock (_gate)
        {
            foreach (Life life in _byId.Values.ToArray())
            {
                TryLive(life, out _);
            }

            _over.RemoveAll(life => time.GetElapsedTime(life.RenewedAt) > s_remembered);
            return [.. _byId.Values.Select(static life => life.ToRecord(isOver: false)).Concat(_over.Select(static life => life.ToRecord(isOver: true)))
                .OrderByDescending(static life => life.BegunAt).Take(MostListed)];
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
        _over.Add(life);
        if (_over.Count > MostListed)
        {
            _over.RemoveAt(0);
        }
    }

    private sealed class Life(NodeLife node, long key, TimeSpan lease, DateTimeOffset begunAt)
    {
        internal string Id => node.Id;

        internal long Key { get; } = key;

        internal TimeSpan Lease { get; } = lease;

        internal long RenewedAt { get; set; }

        internal DateTimeOffset RenewedUtc { get; set; }

        internal string? Report { get; set; }

        internal bool IsAskedToDrain { get; set; }

        internal NodeRecord ToRecord(bool isOver) => new()
        {
            Id = node.Id,
            Name = node.Name,
            BegunAt = begunAt,
            RenewedAt = RenewedUtc,
            Lease = Lease,
            IsOver = isOver,
            IsAskedToDrain = IsAskedToDrain,
            Report = Report,
        };
    }
}
