using System.Collections.Concurrent;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Values;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>
/// The queues of activities, one for each name in any casing. They are few and never go: what a node knows of them stays right, and
/// what it schedules in a new one is made known before.
/// </summary>
internal sealed class ActivityQueues(PostgresDatabase database)
{
    private readonly ConcurrentDictionary<string, Guid> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, string> _stored = new();

    /// <summary>The queue of a name.</summary>
    internal Guid Of(string name) => _byName.TryGetValue(name, out Guid queue) ? queue : _byName[name] = IdHash.OfQueue(name);

    /// <summary>Sees to it that the queues of activities that are going to be scheduled are stored.</summary>
    internal Task EnsureAsync(IReadOnlyList<NewActivity> activities, CancellationToken cancellationToken)
    {
        for (int i = 0; i < activities.Count; i++)
        {
            if (!_stored.ContainsKey(Of(activities[i].Name)))
            {
                return StoreAsync(activities, cancellationToken);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>The queues of a selection.</summary>
    internal async Task<Guid[]> SelectAsync(ActivitySelection selection, CancellationToken cancellationToken)
    {
        using NpgsqlCommand command = database.Source.CreateCommand("SELECT queue, name FROM activity_queues");
        using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        List<Guid> selected = [];
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            string name = rows.Text(1);
            _stored[rows.GetGuid(0)] = name;
            if (selection.Includes(name))
            {
                selected.Add(rows.GetGuid(0));
            }
        }

        return [.. selected];
    }

    private async Task StoreAsync(IReadOnlyList<NewActivity> activities, CancellationToken cancellationToken)
    {
        (Guid Queue, string Name)[] fresh =
        [
            .. activities.Select(activity => (Of(activity.Name), activity.Name)).DistinctBy(static queue => queue.Item1)
                .Where(queue => !_stored.ContainsKey(queue.Item1)).OrderBy(static queue => queue.Item1),
        ];
        using NpgsqlCommand command = database.Source.CreateCommand(
            "INSERT INTO activity_queues(queue, name) SELECT * FROM unnest($1, $2) AS q(queue, name) ORDER BY queue ON CONFLICT DO NOTHING");
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. fresh.Select(static queue => queue.Queue)] });
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. fresh.Select(static queue => StoredValue.Of(queue.Name)!)] });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        foreach ((Guid queue, string name) in fresh)
        {
            _stored[queue] = name;
        }
    }
}
