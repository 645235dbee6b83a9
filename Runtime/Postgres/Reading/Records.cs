using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Reading;

/// <summary>Instances as rows.</summary>
internal static class Records
{
    /// <summary>The columns of an instance's record, in the order in which they are read.</summary>
    internal const string Columns =
        "i.key, i.id, i.name, i.generation, i.version, i.status, i.created, i.updated, i.custom_status, i.output, i.failure, i.tags";

    internal static InstanceRecord Read(NpgsqlDataReader row, int first = 0) => new()
    {
        Key = row.GetInt64(first),
        InstanceId = StoredForms.ReadText(row.GetFieldValue<byte[]>(first + 1)),
        Name = StoredForms.ReadText(row.GetFieldValue<byte[]>(first + 2)),
        Generation = row.GetGuid(first + 3),
        Version = row.GetInt64(first + 4),
        Status = (InstanceStatus)row.GetInt16(first + 5),
        CreatedAt = new DateTimeOffset(row.GetInt64(first + 6), TimeSpan.Zero),
        UpdatedAt = new DateTimeOffset(row.GetInt64(first + 7), TimeSpan.Zero),
        CustomStatus = Text(row, first + 8),
        Output = Text(row, first + 9),
        Failure = Text(row, first + 10),
        Tags = Text(row, first + 11),
    };

    internal static string? Text(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : StoredForms.ReadText(row.GetFieldValue<byte[]>(column));
}
