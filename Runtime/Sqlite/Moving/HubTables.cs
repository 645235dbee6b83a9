using FuncExec.Runtime.Hubs.Moving;
using FuncExec.Runtime.SqliteFiles.Moving;
using static FuncExec.Runtime.Sqlite.Moving.HubColumns;
using static FuncExec.Runtime.SqliteFiles.Moving.MovedColumn;

namespace FuncExec.Runtime.Sqlite.Moving;

/// <summary>Where what a hub keeps lies in its file. Nobody holds what is taken: its owner is 0.</summary>
internal static class HubTables
{
    internal const string IsEmpty = "SELECT NOT EXISTS (SELECT 1 FROM instances) AND NOT EXISTS (SELECT 1 FROM activities)";

    internal static IReadOnlyList<MovedTable> All { get; } =
    [
        new(
            HubKinds.Instances,
            """
            SELECT key, status, version, token, generation, created, updated, partition, id, name, tags, custom_status, output, failure, start_at
            FROM instances
            """,
            """
            INSERT INTO instances(key, status, version, token, generation, created, updated, partition, id, name, tags, custom_status, output,
                failure, start_at, owner)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 0)
            """,
            "DELETE FROM instances",
            [Integer, Integer, Integer, Integer, Blob, Integer, Integer, Integer, Marked, Marked, Marked, Marked, Marked, Marked, Integer]),
        new(
            HubKinds.History,
            "SELECT instance_key, turn, data FROM history",
            "INSERT INTO history(instance_key, turn, data) VALUES (?1, ?2, ?3)",
            "DELETE FROM history",
            [Integer, Integer, Blob]),
        new(
            HubKinds.Inbox,
            "SELECT instance_key, id, generation, data FROM inbox",
            "INSERT INTO inbox(instance_key, id, generation, data) VALUES (?1, ?2, ?3, ?4)",
            "DELETE FROM inbox",
            [Integer, Integer, Blob, Blob]),
        new(
            HubKinds.Activities,
            "SELECT sequence, leases, instance_key, generation, task_id, name, version, tags, input, priority, runs_on, rank FROM activities",
            """
            INSERT INTO activities(sequence, leases, instance_key, generation, task_id, name, version, tags, input, priority, runs_on, rank, owner)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0)
            """,
            "DELETE FROM activities",
            [Integer, Integer, Integer, Blob, Integer, Marked, Marked, Marked, Marked, Integer, Labels, Integer]),
        new(
            HubKinds.Timers,
            "SELECT fire_at, instance_key, timer_id FROM timers",
            "INSERT INTO timers(fire_at, instance_key, timer_id) VALUES (?1, ?2, ?3)",
            "DELETE FROM timers",
            [Integer, Integer, Integer]),
        new(
            HubKinds.Numbers,
            """
            SELECT n.column1, coalesce(c.value, 0) FROM (VALUES ('activity'), ('instance'), ('message')) n
                LEFT JOIN counters c ON c.name = n.column1
            """,
            "INSERT INTO counters(name, value) VALUES (?1, ?2)",
            "DELETE FROM counters WHERE name <> 'session'",
            [Text, Integer]),
    ];
}
