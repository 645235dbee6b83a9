using System.Collections.Concurrent;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Values;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>
/// The queues of activities, one for each name in any casing and set of labels. They are few and never go: what a node knows of them
/// stays right, and what it schedules in a new one is made known before.
/// </summary>
internal sealed class ActivityQueues(PostgresDatabase database)
{
    private readonly ConcurrentDictionary<(string Name, string Labels), Guid> _known = new();
    private readonly ConcurrentDictionary<Guid, byte> _stored = new();

    /// <summary>The queue that an activity waits in.</summary>
    internal Guid Of(NewActivity activity)
    {
        (string, string) key = (activity.Name, activity.RunsOn.Text);
        return _known.TryGetValue(key, out Guid queue) ? queue : _known[key] = IdHash.OfQueue(activity.Name, activity.RunsOn.Text);
    }

    /// <summary>Sees to it that the queues of activities that are going to be scheduled are stored.</summary>
    internal Task EnsureAsync(IReadOnlyList<NewActivity> activities, CancellationToken cancellationToken)
    {
        for (int i = 0; i < activities.Count; i++)
        {
            if (!_stored.ContainsKey(Of(activities[i])))
            {
                return StoreAsync(activities, cancellationToken);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>The queues of a selection.</summary>
    internal async Task<Guid[]> SelectAsync(ActivitySelection selection, CancellationToken cancellationToken)
    {
        using NpgsqlCommand command = database.Source.CreateCommand("SELECT queue, name, labels FROM activity_queues");
        using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        List<Guid> selected = [];
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            _stored[rows.GetGuid(0)] = 0;
            if (selection.Includes(rows.Text(1), LabelSet.Parse(rows.GetString(2))))
            {
                selected.Add(rows.GetGuid(0));
            }
        }

        return [.. selected];
    }

    private async Task StoreAsync(IReadOnlyList<NewActivity> activities, CancellationToken cancellationToken)
    {
        (Guid Queue, NewActivity Activity)[] fresh =
        [
            .. activities.Select(activity => (Of(activity), activity)).DistinctBy(static queue => queue.Item1)
                .Where(queue => !_stored.ContainsKey(queue.Item1)).OrderBy(static queue => queue.Item1),
        ];
        using NpgsqlCommand command = database.Source.CreateCommand(
            """
            INSERT INTO activity_queues(queue, name, labels)
            SELECT * FROM unnest($1, $2, $3) AS q(queue, name, labels) ORDER BY queue ON CONFLICT DO NOTHING
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. fresh.Select(static queue => queue.Queue)] });
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. fresh.Select(static queue => StoredValue.Of(queue.Activity.Name)!)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. fresh.Select(static queue => queue.Activity.RunsOn.Text)] });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        foreach ((Guid queue, _) in fresh)
        {
            _stored[queue] = 0;
        }
    }
}
