using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Reading;
using FuncExec.Runtime.Postgres.Values;
using NpgsqlTypes;

namespace FuncExec.Runtime.Postgres.Shared;

/// <summary>What timer functions did, and which node fires their next occurrence: the first that asks for it.</summary>
internal sealed class TimerJournal(Statements statements)
{
    internal const string Read = "SELECT schedule, last, next, updated FROM hub_timer_functions WHERE name = $1 AND schedule IS NOT NULL";

    internal const string Take =
        """
        INSERT INTO hub_timer_functions(name, taken, next, updated) VALUES ($1, $2, 0, 0)
        ON CONFLICT (name) DO UPDATE SET taken = excluded.taken WHERE hub_timer_functions.taken < excluded.taken RETURNING true
        """;

    internal const string Write =
        """
        INSERT INTO hub_timer_functions(name, taken, next, updated, last, schedule) VALUES ($1, 0, $2, $3, $4, $5)
        ON CONFLICT (name) DO UPDATE SET next = excluded.next, updated = excluded.updated, last = excluded.last, schedule = excluded.schedule
        """;

    internal async Task<TimerRecord?> ReadAsync(string timer, CancellationToken cancellationToken) =>
        (await statements.ReadAsync(
            Read,
            static row => new TimerRecord(
                StoredForms.ReadText(row.GetFieldValue<byte[]>(0)), row.IsDBNull(1) ? null : Time(row.GetInt64(1)), Time(row.GetInt64(2)), Time(row.GetInt64(3))),
            cancellationToken,
            Statements.Value(Name(timer))).ConfigureAwait(false)).FirstOrDefault();

    internal async Task<bool> TryTakeAsync(string timer, DateTimeOffset occurrence, CancellationToken cancellationToken) =>
        (await statements.ReadAsync(
            Take, static row => row.GetBoolean(0), cancellationToken, Statements.Value(Name(timer)), Statements.Value(occurrence.UtcTicks)).ConfigureAwait(false)).Count == 1;

    internal Task WriteAsync(string timer, TimerRecord record, CancellationToken cancellationToken) => statements.ReadAsync(
        Write,
        static _ => 0,
        cancellationToken,
        Statements.Value(Name(timer)),
        Statements.Value(record.Next.UtcTicks),
        Statements.Value(record.Updated.UtcTicks),
        Statements.Value(record.Last?.UtcTicks, NpgsqlDbType.Bigint),
        Statements.Value(StoredForms.Text(record.Schedule)));

    // Functions' names are unique whatever their casing.
    private static byte[] Name(string timer) => StoredForms.Text(timer.ToLowerInvariant());

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
