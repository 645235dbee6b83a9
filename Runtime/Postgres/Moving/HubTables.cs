using FuncExec.Runtime.Hubs.Moving;
using FuncExec.Runtime.Postgres.Schema;
using FuncExec.Runtime.PostgresStore.Moving;

namespace FuncExec.Runtime.Postgres.Moving;

/// <summary>Where what a hub keeps lies in its schema. Nobody holds what is taken: its owner is 0.</summary>
internal static class HubTables
{
    internal static MovedTables All { get; } = new(
        [
            new(
                HubKinds.Instances,
                """
                SELECT key, status::bigint, version, token, generation, created, updated, partition::bigint, id, name, tags, custom_status, output, failure, start_at
                FROM hub_instances
                """,
                """
                INSERT INTO hub_instances(key, status, version, token, generation, created, updated, partition, id, name, tags, custom_status, output,
                    failure, start_at, owner, to_begin)
                SELECT u.*, 0, (u.status = 1 AND u.start_at IS NULL) OR (u.status = 2 AND u.version = 1)
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
                    u(key, status, version, token, generation, created, updated, partition, id, name, tags, custom_status, output, failure, start_at)
                """),
            new(
                HubKinds.History,
                "SELECT instance_key, turn, data FROM hub_history",
                "INSERT INTO hub_history(instance_key, turn, data) SELECT * FROM unnest($1, $2, $3)"),
            new(
                HubKinds.Inbox,
                "SELECT instance_key, id, generation, data FROM hub_inbox",
                "INSERT INTO hub_inbox(instance_key, id, generation, data) SELECT * FROM unnest($1, $2, $3, $4)"),
            new(
                HubKinds.Activities,
                """
                SELECT a.sequence, a.leases::bigint, a.instance_key, a.generation, a.task_id::bigint, q.name, a.version, a.tags, a.input, a.priority::bigint,
                    convert_to(array_to_string(q.runs_on, ','), 'UTF8'), a.rank
                FROM hub_activities a JOIN hub_queues q ON q.id = a.queue
                """,
                """
                INSERT INTO hub_queues(name, runs_on)
                SELECT DISTINCT n.name, string_to_array(convert_from(n.labels, 'UTF8'), ',') FROM unnest($6, $11) n(name, labels) ON CONFLICT DO NOTHING
                """,
                """
                INSERT INTO hub_activities(sequence, leases, instance_key, generation, task_id, queue, version, tags, input, priority, rank, owner)
                SELECT u.sequence, u.leases, u.instance_key, u.generation, u.task_id, q.id, u.version, u.tags, u.input, u.priority, u.rank, 0
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                        u(sequence, leases, instance_key, generation, task_id, name, version, tags, input, priority, labels, rank)
                    JOIN hub_queues q ON q.name = u.name AND q.runs_on = string_to_array(convert_from(u.labels, 'UTF8'), ',')
                """),
            new(
                HubKinds.Timers,
                "SELECT fire_at, instance_key, timer_id::bigint FROM hub_timers",
                "INSERT INTO hub_timers(fire_at, instance_key, timer_id) SELECT * FROM unnest($1, $2, $3)"),
            new(
                HubKinds.Numbers,
                """
                SELECT convert_to(n.name, 'UTF8'), n.last FROM (
                    SELECT 'activity' AS name, CASE WHEN is_called THEN last_value ELSE 0 END AS last FROM hub_activity_sequences
                    UNION ALL SELECT 'instance', CASE WHEN is_called THEN last_value ELSE 0 END FROM hub_instance_keys
                    UNION ALL SELECT 'message', CASE WHEN is_called THEN last_value ELSE 0 END FROM hub_message_ids) n
                """,
                """
                SELECT setval(CASE convert_from(u.name, 'UTF8') WHEN 'activity' THEN 'hub_activity_sequences' WHEN 'instance' THEN 'hub_instance_keys'
                    WHEN 'message' THEN 'hub_message_ids' END::regclass, greatest(u.last, 1), u.last > 0)
                FROM unnest($1, $2) u(name, last)
                """),
            new(
                HubKinds.Secrets,
                "SELECT convert_to(name, 'UTF8'), convert_to(value, 'UTF8') FROM hub_secrets",
                "INSERT INTO hub_secrets(name, value) SELECT convert_from(u.name, 'UTF8'), convert_from(u.value, 'UTF8') FROM unnest($1, $2) u(name, value)"),
            new(
                HubKinds.TimerFunctions,
                "SELECT name, schedule, last, next, updated FROM hub_timer_functions WHERE schedule IS NOT NULL",
                "INSERT INTO hub_timer_functions(name, schedule, last, next, updated, taken) SELECT u.*, 0 FROM unnest($1, $2, $3, $4, $5) u"),
        ],
        HubKind.Instance.Sessions,
        IsEmpty: "SELECT NOT EXISTS (SELECT FROM hub_instances) AND NOT EXISTS (SELECT FROM hub_activities)",
        Clear: "TRUNCATE hub_instances, hub_history, hub_inbox, hub_activities, hub_queues, hub_timers, hub_secrets, hub_timer_functions, hub_sessions",
        Complete: "SELECT 1");
}
