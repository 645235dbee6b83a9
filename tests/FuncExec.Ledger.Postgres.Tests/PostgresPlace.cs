using System.Globalization;
using FuncExec.LedgerContract;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FuncExec.Ledger.Postgres.Tests;

/// <summary>A database for one test, whose clock the test may put forward: all that a ledger asks of the time it asks one function.</summary>
internal sealed class PostgresPlace(PostgresServer server, string connectionString) : LedgerPlace
{
    private TimeSpan _passed;

    internal string ConnectionString => connectionString;

    internal string Database { get; } = new NpgsqlConnectionStringBuilder(connectionString).Database!;

    internal static async Task<PostgresPlace> NewAsync(PostgresServer server) => new(server, await server.CreateDatabaseAsync());

    public override IJobLedger CreateLedger() => CreateLedger(Signals);

    internal IJobLedger CreateLedger(JobSignals signals) => new PostgresJobLedger(connectionString, "Hub", signals, TimeProvider.System, NullLoggerFactory.Instance);

    public override Task LetTimePassAsync(TimeSpan time)
    {
        _passed += time;
        return server.ExecuteAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                CREATE OR REPLACE FUNCTION funcexec_hub.ledger_now() RETURNS bigint LANGUAGE sql VOLATILE
                AS 'SELECT 621355968000000000 + (extract(epoch FROM clock_timestamp()) * 10000000)::bigint + {_passed.Ticks}'
                """),
            Database);
    }

    public override async ValueTask DisposeAsync() => await server.ExecuteAsync($"DROP DATABASE {Database} WITH (FORCE)");
}
