using System.Globalization;
using FuncExec.HubContract;
using FuncExec.Runtime.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Tests;

/// <summary>A database for one test, whose clock the test may put forward: all that a hub asks of the time it asks one function.</summary>
internal sealed class PostgresPlace(PostgresServer server, string connectionString) : HubPlace
{
    private TimeSpan _passed;

    internal string ConnectionString => connectionString;

    internal string Database { get; } = new NpgsqlConnectionStringBuilder(connectionString).Database!;

    internal static async Task<PostgresPlace> NewAsync(PostgresServer server) => new(server, await server.CreateDatabaseAsync());

    public override IHub CreateHub() => CreateHub("");

    internal IHub CreateHub(string settings) => new PostgresHubProvider().Create(new HubContext
    {
        DataDirectory = "/nowhere",
        HubName = "Hub",
        GetConnectionString = name => name == "PostgreSQL" ? $"{connectionString};{settings}" : null,
        LoggerFactory = NullLoggerFactory.Instance,
    });

    public override Task LetTimePassAsync(TimeSpan time)
    {
        _passed += time;
        return server.ExecuteAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                CREATE OR REPLACE FUNCTION funcexec_hub.now_us() RETURNS bigint LANGUAGE sql VOLATILE
                AS 'SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint + {(long)_passed.TotalMicroseconds}'
                """),
            Database);
    }

    public override async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await server.ExecuteAsync($"DROP DATABASE {Database} WITH (FORCE)");
    }
}
