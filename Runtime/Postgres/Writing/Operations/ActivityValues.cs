using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using FuncExec.Runtime.PostgresStore.Values;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Writing.Operations;

/// <summary>Activities to schedule, encoded on the caller's thread, a column each.</summary>
internal sealed class ActivityValues
{
    private readonly int[] _taskIds;
    private readonly Guid[] _queues;
    private readonly short[] _priorities;
    private readonly byte[]?[] _names;
    private readonly byte[]?[] _versions;
    private readonly byte[]?[] _tags;
    private readonly byte[]?[] _inputs;

    internal ActivityValues(IReadOnlyList<NewActivity> activities, ActivityQueues queues)
    {
        int count = activities.Count;
        _taskIds = new int[count];
        _queues = new Guid[count];
        _priorities = new short[count];
        _names = new byte[]?[count];
        _versions = new byte[]?[count];
        _tags = new byte[]?[count];
        _inputs = new byte[]?[count];
        for (int i = 0; i < count; i++)
        {
            NewActivity activity = activities[i];
            _taskIds[i] = activity.TaskId;
            _queues[i] = queues.Of(activity);
            _priorities[i] = (short)activity.Priority;
            // A fan-out repeats its names: the same bytes serve for all.
            _names[i] = i > 0 && activity.Name == activities[i - 1].Name ? _names[i - 1] : StoredValue.Of(activity.Name);
            _versions[i] = i > 0 && activity.Version == activities[i - 1].Version ? _versions[i - 1] : StoredValue.Of(activity.Version);
            _tags[i] = i > 0 && activity.Tags == activities[i - 1].Tags ? _tags[i - 1] : StoredValue.Of(activity.Tags);
            _inputs[i] = StoredValue.Of(activity.Input);
            Weight += 128 + (_inputs[i]?.Length ?? 0);
        }
    }

    internal long Weight { get; }

    internal NpgsqlBatchCommand AddTo(NpgsqlBatchCommand command) => command
        .With(_taskIds).With(_queues).With(_priorities).With(_names).With(_versions).With(_tags).With(_inputs);
}
