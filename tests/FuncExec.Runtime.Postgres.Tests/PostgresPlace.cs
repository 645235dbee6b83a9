using System.Globalization;
using FuncExec.HubContract;
using FuncExec.Runtime.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Runtime.Postgres.Tests;

/// <summary>A schema for one test. Its clock stands still until the test moves it.</summary>
internal sealed class PostgresPlace : HubPlace
{
    /// <summary>The time that a clock shows that stands still.</summary>
    internal static readonly DateTimeOffset ClockStart = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PostgresServer _server;
    private readonly string _database;
    private long _passed;

    private PostgresPlace(PostgresServer server, string database)
    {
        _server = server;
        _database = database;
    }

    /// <summary>The hub's name.</summary>
    internal string Hub { get; } = "h" + Guid.NewGuid().ToString("N");

    /// <summary>The hub's schema.</summary>
    internal string Schema => "funcexec_" + Hub;

    /// <param name="server">Where.</param>
    /// <param name="database">A database that is there.</param>
    /// <param name="stopsClock">Whether time passes only as the test says.</param>
    internal static async Task<PostgresPlace> CreateAsync(PostgresServer server, string database = "postgres", bool stopsClock = true)
    {
        var place = new PostgresPlace(server, database);
        await using (IHub hub = place.CreateHub())
        {
            await hub.OpenAsync(default);
        }

        if (stopsClock)
        {
            await place.SetClockAsync();
        }

        return place;
    }

    public override IHub CreateHub() => CreateHub(_server.ConnectionString(_database));

    /// <summary>Makes a hub over another connection string to this place.</summary>
    internal IHub CreateHub(string connectionString) => new PostgresHubProvider().Create(new HubContext
    {
        DataDirectory = "",
        HubName = Hub,
        GetConnectionString = _ => connectionString,
        LoggerFactory = NullLoggerFactory.Instance,
    });

    public override async Task LetTimePassAsync(TimeSpan time)
    {
        _passed += (long)time.TotalMilliseconds;
        await SetClockAsync();
    }

    /// <summary>Runs statements in the schema.</summary>
    internal Task ExecuteAsync(string sql) => _server.ExecuteAsync($"SET search_path = {Schema}; {sql}", _database);

    /// <summary>Reads a value in the schema.</summary>
    internal Task<T> ReadAsync<T>(string sql) => _server.ReadAsync<T>(sql.Replace("hub_", Schema + ".hub_", StringComparison.Ordinal), _database);

    public override async ValueTask DisposeAsync() => await _server.ExecuteAsync($"DROP SCHEMA {Schema} CASCADE", _database);

    private Task SetClockAsync() => ExecuteAsync(string.Create(
        CultureInfo.InvariantCulture,
        $"CREATE OR REPLACE FUNCTION hub_clock() RETURNS bigint LANGUAGE sql VOLATILE AS $$ SELECT {ClockStart.ToUnixTimeMilliseconds() + _passed} $$"));
}
