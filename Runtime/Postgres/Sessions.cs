using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Reading;
using FuncExec.Runtime.Postgres.Schema;
using FuncExec.Runtime.Postgres.Values;
using FuncExec.Runtime.PostgresStore;

namespace FuncExec.Runtime.Postgres;

/// <summary>Sessions as rows: one statement each, whatever a session holds.</summary>
internal sealed class Sessions(Statements statements, ServerClock clock)
{
    internal const string Open =
        """
        INSERT INTO hub_sessions(id, lease_time, expires, knows, node)
        VALUES (nextval('hub_session_ids'), $1, hub_clock() + $1, $2, $3) RETURNING id, hub_clock()
        """;

    internal const string Renew = "SELECT hub_renew($1), hub_clock()";

    internal const string Close = "UPDATE hub_sessions SET expires = 0 WHERE id = $1";

    // A hash of those that live: what has ended may be forgotten by anybody at once.
    internal const string LastEnd = "SELECT coalesce(bit_xor(hashint8extended(id, 0)), 0) FROM hub_sessions WHERE expires > hub_clock()";

    internal async Task<HubSession> OpenAsync(string node, TimeSpan leaseTime, CancellationToken cancellationToken)
    {
        long asked = clock.Ask();
        (long id, long at) = await statements.ReadOneAsync(
            Open, static row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken,
            Statements.Value((long)leaseTime.TotalMilliseconds), Statements.Value(HubKind.Instance.Knows), Statements.Value(StoredForms.Text(node))).ConfigureAwait(false);
        clock.Set(asked, DateTimeOffset.FromUnixTimeMilliseconds(at));
        return new HubSession(id, node, leaseTime, SingleNode: false);
    }

    internal async Task<bool> RenewAsync(long session, CancellationToken cancellationToken)
    {
        long asked = clock.Ask();
        (bool isRenewed, long at) = await statements.ReadOneAsync(
            Renew, static row => (row.GetBoolean(0), row.GetInt64(1)), cancellationToken, Statements.Value(session)).ConfigureAwait(false);
        clock.Set(asked, DateTimeOffset.FromUnixTimeMilliseconds(at));
        return isRenewed;
    }

    internal Task CloseAsync(long session, CancellationToken cancellationToken) =>
        statements.ReadAsync(Close, static _ => 0, cancellationToken, Statements.Value(session));

    internal Task<long> ReadLastEndAsync(CancellationToken cancellationToken) =>
        statements.ReadOneAsync(LastEnd, static row => row.GetInt64(0), cancellationToken);
}
