using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.PostgresStore.Values;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Values;

/// <summary>Columns of a row in the hub's own forms.</summary>
internal static class Columns
{
    /// <summary>The columns of an instance's record.</summary>
    internal const string Record = "i.key, i.id, i.name, i.generation, i.version, i.status, i.created, i.updated, i.custom_status, i.output, i.failure, i.tags";

    /// <summary>How many there are.</summary>
    internal const int RecordCount = 12;

    private static readonly long s_last = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    internal static string Text(this NpgsqlDataReader row, int column) => StoredValue.ReadText(row.GetFieldValue<byte[]>(column));

    internal static string? TextOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Text(column);

    internal static ReadOnlyMemory<byte> Bytes(this NpgsqlDataReader row, int column) => StoredValue.ReadBytes(row.GetFieldValue<byte[]>(column));

    internal static T[] Array<T>(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? [] : row.GetFieldValue<T[]>(column);

    internal static InstanceRecord ReadRecord(this NpgsqlDataReader row, int first) => new()
    {
        Key = row.GetInt64(first),
        InstanceId = row.Text(first + 1),
        Name = row.Text(first + 2),
        Generation = row.GetGuid(first + 3),
        Version = row.GetInt64(first + 4),
        Status = (InstanceStatus)row.GetInt16(first + 5),
        CreatedAt = new DateTimeOffset(row.GetInt64(first + 6), TimeSpan.Zero),
        UpdatedAt = new DateTimeOffset(row.GetInt64(first + 7), TimeSpan.Zero),
        CustomStatus = row.TextOrNull(first + 8),
        Output = row.TextOrNull(first + 9),
        Failure = row.TextOrNull(first + 10),
        Tags = row.TextOrNull(first + 11),
    };

    /// <summary>Sequence, leases, key, generation, task, id, name, version, tags, input, priority and labels of an activity that a session holds.</summary>
    internal static LeasedActivity ReadActivity(this NpgsqlDataReader row) => new(
        new ActivityLease(row.GetInt64(0), row.GetInt32(1)),
        row.Text(5),
        row.GetInt64(2),
        row.GetGuid(3),
        new NewActivity
        {
            TaskId = row.GetInt32(4),
            Name = row.Text(6),
            Version = row.Text(7),
            Tags = row.TextOrNull(8),
            Input = row.TextOrNull(9),
            Priority = row.GetInt16(10),
            RunsOn = LabelSet.Parse(row.GetString(11)),
        },
        row.GetInt32(1));

    /// <summary>Whole milliseconds since the Unix epoch, rounded up: a timer is never early.</summary>
    internal static long Milliseconds(DateTimeOffset time)
    {
        long whole = time.ToUnixTimeMilliseconds();
        return time.UtcTicks % TimeSpan.TicksPerMillisecond == 0 ? whole : Math.Min(whole + 1, s_last);
    }
}
