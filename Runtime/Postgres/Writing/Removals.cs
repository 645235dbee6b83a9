using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Postgres.Activities;
using FuncExec.Runtime.Postgres.Reading;
using FuncExec.Runtime.Postgres.Values;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>What ends an instance for good, brings it back, or leaves it to others: seldom, so each a statement of its own.</summary>
internal sealed class Removals(Statements statements, QueueDirectory queues)
{
    internal const string Purge = "SELECT hub_purge($1, $2)";

    internal const string Release = "UPDATE hub_instances SET owner = 0 WHERE id = $1 AND owner = $2 AND status < 4 RETURNING 1";

    internal const string Revive = "SELECT hub_revive($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";

    internal Task<PurgeOutcome> PurgeAsync(string instanceId, long? idleVersion, CancellationToken cancellationToken) => statements.ReadOneAsync(
        Purge,
        static row => (PurgeOutcome)row.GetInt32(0),
        cancellationToken,
        Statements.Value(StoredForms.Text(instanceId)),
        Statements.Value(idleVersion, NpgsqlDbType.Bigint));

    /// <summary>Takes an instance from its session; false when that does not hold it.</summary>
    internal async Task<bool> ReleaseAsync(string instanceId, long session, CancellationToken cancellationToken) => (await statements.ReadAsync(
        Release, static _ => 0, cancellationToken, Statements.Value(StoredForms.Text(instanceId)), Statements.Value(session)).ConfigureAwait(false)).Count > 0;

    /// <summary>Revives an instance and answers its id, or null when it has changed.</summary>
    internal async Task<string?> ReviveAsync(Revival revival, CancellationToken cancellationToken)
    {
        int[] ids = await queues.FindAsync(revival.Activities, cancellationToken).ConfigureAwait(false);
        var activities = new ActivityColumns();
        for (int at = 0; at < ids.Length; at++)
        {
            activities.Add(turn: 0, isLeased: false, PreparedActivity.Of(revival.Activities[at], ids[at]));
        }

        KeyValuePair<long, ReadOnlyMemory<byte>>[] turns = [.. revival.ChangedTurns];
        using var command = new NpgsqlCommand();
        activities.BindContents(command.Parameters);
        NpgsqlParameter[] contents = [.. command.Parameters.Cast<NpgsqlParameter>()];
        command.Parameters.Clear();
        return await statements.ReadOneAsync(
            Revive,
            static row => Records.Text(row, 0),
            cancellationToken,
            [
                Statements.Value(revival.InstanceKey),
                Statements.Value(revival.ExpectedVersion),
                Statements.Value(revival.ExpectedUpdatedAt.UtcTicks),
                Statements.Value(revival.Version),
                Statements.Value((short)revival.Status),
                Statements.Value(revival.At.UtcTicks),
                Statements.Value(HubLimits.AgeingMilliseconds),
                Statements.Array<long>([.. turns.Select(static turn => turn.Key)], NpgsqlDbType.Bigint),
                Statements.Array<byte[]>([.. turns.Select(static turn => StoredForms.Bytes(turn.Value))], NpgsqlDbType.Bytea),
                Statements.Array<long>([.. revival.Timers.Select(static timer => StoredTime.Milliseconds(timer.FireAt))], NpgsqlDbType.Bigint),
                Statements.Array<int>([.. revival.Timers.Select(static timer => timer.TimerId)], NpgsqlDbType.Integer),
                .. contents,
                Statements.Array<byte[]>([.. revival.Messages.Select(static message => StoredForms.Bytes(message))], NpgsqlDbType.Bytea),
            ]).ConfigureAwait(false);
    }
}
