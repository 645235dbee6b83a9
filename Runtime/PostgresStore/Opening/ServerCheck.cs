using Npgsql;

namespace FuncExec.Runtime.PostgresStore.Opening;

/// <summary>Whether a server can be used: its version, that it takes writes, and what stands in between.</summary>
internal static class ServerCheck
{
    /// <summary>The oldest version that is tested: 15.</summary>
    private const int OldestMajor = 15;

    private static readonly TimeSpan s_probeLimit = TimeSpan.FromSeconds(5);

    internal static async Task RunAsync(PostgresDatabase database, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (connection.PostgreSqlVersion.Major < OldestMajor)
        {
            throw database.Kind.CannotStart($"{database.Description}: the server is version {connection.PostgreSqlVersion}. {OldestMajor} or later is needed.");
        }

        using var state = new NpgsqlCommand("SELECT pg_is_in_recovery(), pg_backend_pid()", connection);
        using NpgsqlDataReader row = await state.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await row.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (row.GetBoolean(0))
        {
            throw database.Kind.CannotStart(
                $"{database.Description}: the server is a standby and takes no writes. Name the primary; with several hosts, add Target Session Attributes=primary.");
        }

        // What answers the start of a connection names the process behind it; a pooler names itself.
        bool isDirect = row.GetInt32(1) == connection.ProcessID;
        await row.CloseAsync().ConfigureAwait(false);
        if (!isDirect && !await HearsAsync(database, cancellationToken).ConfigureAwait(false))
        {
            throw database.Kind.CannotStart(
                $"{database.Description}: a pooler stands in between that lends connections by the transaction, and through it no notification arrives. "
                + "Connect to the server itself.");
        }
    }

    /// <summary>Whether a notification arrives at a connection that listens for it.</summary>
    private static async Task<bool> HearsAsync(PostgresDatabase database, CancellationToken cancellationToken)
    {
        string channel = "funcexec_probe_" + Guid.NewGuid().ToString("N");
        using NpgsqlConnection listener = await database.OpenOwnConnectionAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(listener, $"LISTEN {channel}", cancellationToken).ConfigureAwait(false);
        using NpgsqlConnection teller = await database.OpenOwnConnectionAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(teller, $"NOTIFY {channel}", cancellationToken).ConfigureAwait(false);
        return await listener.WaitAsync(s_probeLimit, cancellationToken).ConfigureAwait(false);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
