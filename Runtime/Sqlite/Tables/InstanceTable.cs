using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Runtime.Sqlite.Tables;

/// <summary>The part of an instance that every write decides upon.</summary>
internal readonly record struct InstanceState(
    long Key, InstanceStatus Status, long Version, long Owner, long Token, Guid Generation);

/// <summary>A turn's part of the instance's row, encoded.</summary>
internal readonly record struct InstanceEnd(StoredText CustomStatus, StoredText Output, StoredText Failure);

/// <summary>The writer's statements over <c>instances</c>.</summary>
internal sealed class InstanceTable(Connection connection)
{
    /// <summary>The columns of an instance's record, from column 0 on.</summary>
    internal const string RecordColumns =
        "key, id, name, generation, version, status, created, updated, custom_status, output, failure, tags";

    private const string StateColumns = "key, status, version, owner, token, generation";

    private readonly Statement _findById = connection.Prepare($"SELECT {StateColumns} FROM instances WHERE id = ?1");
    private readonly Statement _findByKey = connection.Prepare($"SELECT {StateColumns} FROM instances WHERE key = ?1");
    private readonly Statement _readRecord = connection.Prepare($"SELECT {RecordColumns} FROM instances WHERE key = ?1");
    private readonly Statement _insert = connection.Prepare(
        """
        INSERT INTO instances(key, status, version, owner, token, generation, created, updated, partition, id, name, tags, start_at)
        VALUES (?1, 1, 1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8, ?9, ?10)
        """);
    private readonly Statement _lease = connection.Prepare("UPDATE instances SET owner = ?2, token = ?3 WHERE key = ?1");

    // An index is rewritten whenever its column is named, so the usual turn, which changes no status, names none.
    private readonly Statement _append = connection.Prepare(
        "UPDATE instances SET version = ?2, updated = ?3, custom_status = ?4 WHERE key = ?1");
    private readonly Statement _update = connection.Prepare(
        """
        UPDATE instances SET version = ?2, updated = ?3, custom_status = ?4, status = ?5, owner = ?6, generation = ?7,
            output = ?8, failure = ?9
        WHERE key = ?1
        """);
    private readonly Statement _delete = connection.Prepare("DELETE FROM instances WHERE key = ?1");

    internal InstanceState? Find(StoredText id)
    {
        _findById.Bind(1, id);
        return ReadState(_findById);
    }

    internal InstanceState? Find(long key)
    {
        _findByKey.Bind(1, key);
        return ReadState(_findByKey);
    }

    internal InstanceRecord ReadRecord(long key)
    {
        _readRecord.Bind(1, key);
        try
        {
            _readRecord.Step();
            return ReadRecord(_readRecord);
        }
        finally
        {
            _readRecord.Reset();
        }
    }

    internal void Insert(long key, long owner, long token, NewInstance instance, StoredText id, StoredText tags)
    {
        _insert.Bind(1, key);
        _insert.Bind(2, owner);
        _insert.Bind(3, token);
        _insert.Bind(4, instance.Generation);
        _insert.Bind(5, instance.CreatedAt.UtcTicks);
        _insert.Bind(6, Partition.Of(instance.InstanceId));
        _insert.Bind(7, id);
        _insert.Bind(8, StoredText.Of(instance.Name));
        _insert.Bind(9, tags);
        if (instance.StartAt is { } startAt)
        {
            _insert.Bind(10, startAt.UtcTicks);
        }
        else
        {
            _insert.BindNull(10);
        }

        _insert.Run();
    }

    internal void Lease(long key, long owner, long token)
    {
        _lease.Bind(1, key);
        _lease.Bind(2, owner);
        _lease.Bind(3, token);
        _lease.Run();
    }

    internal void Append(long key, long version, DateTimeOffset at, StoredText customStatus)
    {
        _append.Bind(1, key);
        _append.Bind(2, version);
        _append.Bind(3, at.UtcTicks);
        _append.Bind(4, customStatus);
        _append.Run();
    }

    internal void Update(InstanceState after, DateTimeOffset at, InstanceEnd end)
    {
        _update.Bind(1, after.Key);
        _update.Bind(2, after.Version);
        _update.Bind(3, at.UtcTicks);
        _update.Bind(4, end.CustomStatus);
        _update.Bind(5, (long)after.Status);
        _update.Bind(6, after.Owner);
        _update.Bind(7, after.Generation);
        _update.Bind(8, end.Output);
        _update.Bind(9, end.Failure);
        _update.Run();
    }

    internal void Delete(long key)
    {
        _delete.Bind(1, key);
        _delete.Run();
    }

    internal static InstanceRecord ReadRecord(Statement row) => new()
    {
        Key = row.Int64(0),
        InstanceId = row.Text(1),
        Name = row.Text(2),
        Generation = row.Guid(3),
        Version = row.Int64(4),
        Status = (InstanceStatus)row.Int32(5),
        CreatedAt = row.Time(6),
        UpdatedAt = row.Time(7),
        CustomStatus = row.TextOrNull(8),
        Output = row.TextOrNull(9),
        Failure = row.TextOrNull(10),
        Tags = row.TextOrNull(11),
    };

    private static InstanceState? ReadState(Statement query)
    {
        try
        {
            return query.Step()
                ? new InstanceState(query.Int64(0), (InstanceStatus)query.Int32(1), query.Int64(2), query.Int64(3), query.Int64(4), query.Guid(5))
                : null;
        }
        finally
        {
            query.Reset();
        }
    }
}
