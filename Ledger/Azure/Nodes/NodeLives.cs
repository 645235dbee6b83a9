using System.Collections.Concurrent;
using Azure;
using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Azure.Tables;

namespace FuncExec.Ledger.Azure.Nodes;

/// <summary>
/// The lives of nodes, a row each. A life that began here is over by this process's monotonic clock; another's when the storage's clock, or
/// this process's own over what it has seen, says that it was not renewed for its lease. That is written into the row, on
/// condition of its version, before anybody is told: then it never comes back, and who renewed meanwhile wins.
/// </summary>
internal sealed class NodeLives(LedgerTable table, TimeProvider time)
{
    private const string Partition = "N";

    /// <summary>How long rows of lives stay at least that are over.</summary>
    private static readonly TimeSpan s_remembered = TimeSpan.FromDays(30);

    /// <summary>How long it is told of a life that it is over.</summary>
    private static readonly TimeSpan s_listed = TimeSpan.FromHours(1);

    private const int MostListed = 1_000;

    private readonly ConcurrentDictionary<string, Life> _own = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _dead = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (ETag ETag, long At)> _seen = new(StringComparer.Ordinal);

    internal async Task BeginAsync(NodeLife node, TimeSpan lease, CancellationToken cancellationToken)
    {
        var data = new NodeData(node.Name, lease, NewWrite(), IsEnded: false) { Id = node.Id, BegunAt = time.GetUtcNow() };
        long at = time.GetTimestamp();
        TableOutcome outcome = await table.ChangeAsync([new TableChange.Insert(Row(node.Id, data))], cancellationToken).ConfigureAwait(false);
        ETag? etag = (outcome as TableOutcome.Changed)?.ETag;
        if (outcome is TableOutcome.Conflict)
        {
            // The answer to an earlier try may have been lost.
            (NodeData there, TableRow row) = await ReadAsync(node.Id, cancellationToken).ConfigureAwait(false) ?? throw NotNew(node);
            etag = there.Write == data.Write ? row.ETag : throw NotNew(node);
        }

        _own[node.Id] = new Life(data, etag!.Value, at);
    }

    internal async Task<bool> RenewAsync(string id, CancellationToken cancellationToken)
    {
        long at = time.GetTimestamp();
        if (_own.TryGetValue(id, out Life? life) && IsOver(life))
        {
            await EndAsync(id, cancellationToken).ConfigureAwait(false);
            return false;
        }

        while (await FindAsync(id, cancellationToken).ConfigureAwait(false) is { } current)
        {
            NodeData data = current.Data with { Write = NewWrite() };
            if (await WriteAsync(id, data, current.ETag, cancellationToken).ConfigureAwait(false) is { } etag)
            {
                // Only where it began is its lease counted.
                if (current.IsOwn)
                {
                    _own[id] = new Life(data, etag, at);
                }

                return true;
            }

            if (current.IsOwn)
            {
                await RefreshAsync(id, cancellationToken).ConfigureAwait(false);
            }
        }

        return false;
    }

    /// <summary>Keeps what a node of this process tells, for its next renewal; whether it was asked to drain.</summary>
    internal bool Report(string id, string report)
    {
        while (_own.TryGetValue(id, out Life? life) && !IsOver(life))
        {
            if (_own.TryUpdate(id, life with { Data = life.Data with { Report = report } }, life))
            {
                return life.Data.IsAskedToDrain;
            }
        }

        return false;
    }

    internal async Task<bool> AskToDrainAsync(string id, CancellationToken cancellationToken)
    {
        while (await FindAsync(id, cancellationToken).ConfigureAwait(false) is { } current)
        {
            NodeData data = current.Data with { IsAskedToDrain = true, Write = NewWrite() };
            if (await WriteAsync(id, data, current.ETag, cancellationToken).ConfigureAwait(false) is { } etag)
            {
                if (current.IsOwn && _own.TryGetValue(id, out Life? life))
                {
                    _own[id] = life with { Data = data, ETag = etag };
                }

                return true;
            }

            if (current.IsOwn)
            {
                await RefreshAsync(id, cancellationToken).ConfigureAwait(false);
            }
        }

        return false;
    }

    internal async Task<IReadOnlyList<NodeRecord>> ListAsync(CancellationToken cancellationToken)
    {
        List<NodeRecord> found = [];
        DateTimeOffset now = time.GetUtcNow();
        await foreach (TableRow row in table.ListAsync(new TableRange(Partition, "", "~~"), 1_000, cancellationToken).ConfigureAwait(false))
        {
            NodeData data = LedgerJson.Read(row, LedgerJson.Default.NodeData);
            bool isOver = data.IsEnded || row.Age >= data.Lease;
            if (data.Id is null || (isOver && row.Age > s_listed))
            {
                continue;
            }

            found.Add(new NodeRecord
            {
                Id = data.Id,
                Name = data.Name,
                BegunAt = data.BegunAt,
                RenewedAt = now - row.Age,
                Lease = data.Lease,
                IsOver = isOver,
                IsAskedToDrain = data.IsAskedToDrain,
                Report = data.Report,
            });
        }

        return [.. found.OrderByDescending(static node => node.BegunAt).Take(MostListed)];
    }

    internal async Task EndAsync(string id, CancellationToken cancellationToken)
    {
        _own.TryRemove(id, out _);
        while (await ReadAsync(id, cancellationToken).ConfigureAwait(false) is { Data.IsEnded: false } found)
        {
            await WriteAsync(id, found.Data with { IsEnded = true, Write = NewWrite() }, found.Row.ETag, cancellationToken).ConfigureAwait(false);
        }

        _dead[id] = 0;
    }

    internal async Task<bool> IsLivingAsync(string? id, CancellationToken cancellationToken) =>
        id is not null && await FindNameAsync(id, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>The name of a living node, or null when it is dead.</summary>
    internal async Task<string?> FindNameAsync(string id, CancellationToken cancellationToken)
    {
        if (_own.TryGetValue(id, out Life? life) && !IsOver(life))
        {
            return life.Data.Name;
        }

        return life is null ? (await FindAsync(id, cancellationToken).ConfigureAwait(false))?.Data.Name : null;
    }

    // A life that goes on: as it was written here last, or as its row says.
    private async Task<(NodeData Data, ETag ETag, bool IsOwn)?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (_own.TryGetValue(id, out Life? life))
        {
            return IsOver(life) ? null : (life.Data, life.ETag, true);
        }

        while (!_dead.ContainsKey(id))
        {
            if (await ReadAsync(id, cancellationToken).ConfigureAwait(false) is not { Data.IsEnded: false } found)
            {
                _dead[id] = 0;
                break;
            }

            if (found.Row.Age < found.Data.Lease && !IsStale(id, found.Row.ETag, found.Data.Lease))
            {
                return (found.Data, found.Row.ETag, false);
            }

            // Over, unless it is renewed before this is written.
            await WriteAsync(id, found.Data with { IsEnded = true, Write = NewWrite() }, found.Row.ETag, cancellationToken).ConfigureAwait(false);
        }

        _seen.TryRemove(id, out _);
        return null;
    }

    private bool IsOver(Life life) => time.GetElapsedTime(life.RenewedAt) >= life.Data.Lease;

    private bool IsStale(string id, ETag etag, TimeSpan lease)
    {
        (ETag ETag, long At) seen = _seen.AddOrUpdate(
            id, _ => (etag, time.GetTimestamp()), (_, before) => before.ETag == etag ? before : (etag, time.GetTimestamp()));
        return time.GetElapsedTime(seen.At) >= lease;
    }

    // After a conflict: somebody said that it is dead, or the answer to an earlier renewal was lost. Its lease is counted from the last
    // renewal that was answered.
    private async Task RefreshAsync(string id, CancellationToken cancellationToken)
    {
        if (await ReadAsync(id, cancellationToken).ConfigureAwait(false) is { Data.IsEnded: false } found && _own.TryGetValue(id, out Life? life))
        {
            _own[id] = life with { Data = found.Data, ETag = found.Row.ETag };
        }
        else
        {
            _own.TryRemove(id, out _);
            _dead[id] = 0;
        }
    }

    private async Task<(NodeData Data, TableRow Row)?> ReadAsync(string id, CancellationToken cancellationToken) =>
        await table.FindAsync(Partition, KeyText.Of(id), cancellationToken).ConfigureAwait(false) is { } row
            ? (LedgerJson.Read(row, LedgerJson.Default.NodeData), row)
            : null;

    private async Task<ETag?> WriteAsync(string id, NodeData data, ETag etag, CancellationToken cancellationToken)
    {
        TableOutcome outcome = await table.ChangeAsync([new TableChange.Replace(Row(id, data), etag)], cancellationToken).ConfigureAwait(false);
        if (outcome is TableOutcome.Changed changed)
        {
            return changed.ETag;
        }

        return await ReadAsync(id, cancellationToken).ConfigureAwait(false) is { } there && there.Data.Write == data.Write ? there.Row.ETag : null;
    }

    /// <summary>Lives are as many as processes were started; rows of those long over go when a ledger is opened.</summary>
    internal async Task ForgetAsync(CancellationToken cancellationToken)
    {
        await foreach (TableRow row in table.ListAsync(new TableRange(Partition, "", "~~"), 1_000, cancellationToken).ConfigureAwait(false))
        {
            if (row.Age > s_remembered)
            {
                await table.DeleteAsync(Partition, row.Key, row.ETag, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static TableRow Row(string id, NodeData data) => new(Partition, KeyText.Of(id), LedgerJson.Write(data, LedgerJson.Default.NodeData));

    private static string NewWrite() => Guid.NewGuid().ToString("N");

    private static ArgumentException NotNew(NodeLife node) =>
        new($"The life '{node.Id}' of a node has begun before; every start needs a new id.", nameof(node));

    /// <summary>A life that began in this process.</summary>
    private sealed record Life(NodeData Data, ETag ETag, long RenewedAt);
}
