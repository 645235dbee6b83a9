using System.Collections.Concurrent;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Reading;
using FuncExec.Runtime.Postgres.Values;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Runtime.Postgres.Activities;

/// <summary>
/// The queues that this node knows. They are made when something is first scheduled under their name, and never change; a
/// node hears of new ones with each lease that it asks for.
/// </summary>
internal sealed class QueueDirectory(Statements statements)
{
    internal const string FindOrMake = "SELECT * FROM hub_find_queues($1, $2)";

    private readonly ConcurrentDictionary<int, ActivityQueue> _byId = new();
    private readonly ConcurrentDictionary<QueueKey, int> _ids = new();

    /// <summary>The ids of all known queues.</summary>
    internal int[] Known => [.. _byId.Keys];

    internal ActivityQueue this[int id] => _byId[id];

    /// <summary>The known queues of a selection.</summary>
    internal int[] Select(ActivitySelection selection) =>
        [.. _byId.Values.Where(queue => selection.Includes(queue.Name, queue.RunsOn)).Select(static queue => queue.Id)];

    internal void Add(ActivityQueue queue)
    {
        _byId.TryAdd(queue.Id, queue);
        _ids.TryAdd(new QueueKey(queue.Name, queue.RunsOn), queue.Id);
    }

    /// <summary>The queue of each activity, made if need be.</summary>
    internal async ValueTask<int[]> FindAsync(IReadOnlyList<NewActivity> activities, CancellationToken cancellationToken)
    {
        if (activities.Count == 0)
        {
            return [];
        }

        int[] ids = new int[activities.Count];
        HashSet<QueueKey>? unknown = Fill(activities, ids);
        if (unknown is not null)
        {
            await MakeAsync([.. unknown], cancellationToken).ConfigureAwait(false);
            Fill(activities, ids);
        }

        return ids;
    }

    private HashSet<QueueKey>? Fill(IReadOnlyList<NewActivity> activities, int[] ids)
    {
        HashSet<QueueKey>? unknown = null;
        for (int at = 0; at < ids.Length; at++)
        {
            QueueKey key = new QueueKey(activities[at].Name, activities[at].RunsOn);
            if (!_ids.TryGetValue(key, out ids[at]))
            {
                (unknown ??= []).Add(key);
            }
        }

        return unknown;
    }

    private async Task MakeAsync(QueueKey[] keys, CancellationToken cancellationToken)
    {
        List<(int At, int Id)> made = await statements.ReadAsync(
            FindOrMake,
            static row => ((int)row.GetInt64(0) - 1, row.GetInt32(1)),
            cancellationToken,
            Statements.Array<byte[]>([.. keys.Select(static key => StoredForms.Text(key.Name))], NpgsqlDbType.Bytea),
            Statements.Array<string>([.. keys.Select(static key => key.RunsOn.Text)], NpgsqlDbType.Text)).ConfigureAwait(false);
        foreach ((int at, int id) in made)
        {
            Add(new ActivityQueue(id, keys[at].Name, keys[at].RunsOn));
        }
    }

    private readonly record struct QueueKey(string Name, LabelSet RunsOn);
}
