using System.Net;
using System.Net.Sockets;
using FuncExec.Service.Tests.Database;
using FuncExec.Service.Tests.Running;
using FuncExec.Tests.Shared;
using Npgsql;

namespace FuncExec.Service.Tests.Starts;

/// <summary>Servers with databases that a node cannot work with, and one with which one does.</summary>
public sealed class UnfitStores : IAsyncLifetime
{
    /// <summary>The names of a hub's schema, its table of versions, and that of a migration's marks.</summary>
    private const string Schema = "funcexec_funcexec";

    private readonly DataDirectory _data = new();
    private readonly TcpListener _deaf = new(IPAddress.Loopback, 0);
    private readonly List<NpgsqlConnection> _hogs = [];
    private readonly List<Pooler> _poolers = [];
    private PostgresServer? _server;
    private PostgresServer? _standby;
    private ServiceProcess? _node;
    private int _directories;

    internal PostgresServer Server => _server!;

    /// <summary>The connection string of a database over which a node lives, of the name <c>living</c>.</summary>
    internal string Living { get; private set; } = "";

    internal string LivingDirectory => _node!.DataDirectory;

    internal string NewDirectory() => _data.File($"start-{Interlocked.Increment(ref _directories)}");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _server = await PostgresServer.StartAsync("max_connections=60");
        _standby = await PostgresServer.StartAsync();
        await _standby.StopAsync();
        _standby.MakeStandby();
        await _standby.StartAgainAsync();
        Living = await Server.CreateDatabaseAsync();
        _node = DatabaseNode.Make(_data, "living", Living);
        await _node.StartAsync();
        await Server.ExecuteAsync(
            """
            CREATE ROLE secretive LOGIN PASSWORD 'right';
            CREATE ROLE beggar LOGIN;
            CREATE ROLE reader LOGIN;
            CREATE ROLE lonely LOGIN CONNECTION LIMIT 1;
            ALTER ROLE reader SET default_transaction_read_only = on;
            """);
        await Server.RequirePasswordAsync("secretive");
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        _deaf.Dispose();
        _hogs.ForEach(static hog => hog.Dispose());
        _poolers.ForEach(static pooler => pooler.Dispose());
        await _node!.DisposeAsync();
        await Server.DisposeAsync();
        await _standby!.DisposeAsync();
        _data.Dispose();
    }

    /// <summary>The connection string of one that is unfit in this way.</summary>
    internal async Task<string> FindAsync(string unfit) => unfit switch
    {
        "nobody listens, and the name is nobody's" => "Host=nobody.invalid;Insecure=true;Username=u",
        "no server of PostgreSQL listens" => $"Host=127.0.0.1;Port={Listen()};Username=u;Timeout=2",
        "encryption is asked for, and the server has none" => Server.ConnectionString() + ";SSL Mode=VerifyFull",
        "wrong password" => As(Server.ConnectionString(), "secretive") + ";Password=wrong",
        "unknown user" => As(Server.ConnectionString(), "nobody_here"),
        "unknown database" => Server.ConnectionString("nowhere"),
        "no right to make the schema" => As(await Server.CreateDatabaseAsync(), "beggar"),
        "the schema is another role's" => As(Living, "beggar"),
        "no right to connect" => As(await PrepareAsync("REVOKE ALL ON DATABASE {0} FROM PUBLIC"), "beggar"),
        "only reading is allowed" => As(await Server.CreateDatabaseAsync(), "reader"),
        "the schema is something else's" => await PrepareAsync($"CREATE SCHEMA {Schema}; CREATE TABLE {Schema}.theirs(n int)"),
        "the hub's schema is newer" => await PrepareAsync(Versions("hub")),
        "the ledger's schema is newer" => await PrepareAsync(Versions("ledger")),
        "the schema has been moved away" => await PrepareAsync(Mark(1)),
        "the schema is being filled" => await PrepareAsync(Mark(2)),
        "standby" => _standby!.ConnectionString(),
        "two standbys" => $"Host=127.0.0.1:{_standby!.Port},localhost:{_standby.Port};Username=postgres",
        "pooler by the transaction" => Pool("transaction"),
        "pooler by the statement" => Pool("statement"),
        "unknown parameter of the server" => Server.ConnectionString() + ";Options=-c bogus_setting=1",
        "no connection is left" => await ExhaustAsync(),
        _ => throw new ArgumentOutOfRangeException(nameof(unfit), unfit, "There is no such store."),
    };

    private static string As(string connectionString, string role) => new NpgsqlConnectionStringBuilder(connectionString) { Username = role }.ConnectionString;

    /// <summary>A table of versions as a later program leaves it.</summary>
    private static string Versions(string newer) =>
        $"""
        CREATE SCHEMA {Schema};
        CREATE TABLE {Schema}.funcexec_versions(store text PRIMARY KEY, version int NOT NULL, needs int NOT NULL, migrated_at timestamptz NOT NULL DEFAULT now());
        INSERT INTO {Schema}.funcexec_versions VALUES ('{newer}', 99, 99);
        """;

    private static string Mark(int role) =>
        $"""
        CREATE SCHEMA {Schema};
        CREATE TABLE {Schema}.funcexec_versions(store text PRIMARY KEY, version int NOT NULL, needs int NOT NULL, migrated_at timestamptz NOT NULL DEFAULT now());
        CREATE TABLE {Schema}.funcexec_migration(store text PRIMARY KEY, role int NOT NULL, partner text NOT NULL);
        INSERT INTO {Schema}.funcexec_migration VALUES ('hub', {role}, 'elsewhere'), ('ledger', {role}, 'elsewhere');
        """;

    private async Task<string> PrepareAsync(string sql)
    {
        string connectionString = await Server.CreateDatabaseAsync();
        string database = new NpgsqlConnectionStringBuilder(connectionString).Database!;
        await Server.ExecuteAsync(sql.Replace("{0}", database, StringComparison.Ordinal), database);
        return connectionString;
    }

    private int Listen()
    {
        _deaf.Start();
        return ((IPEndPoint)_deaf.LocalEndpoint).Port; // The kernel takes connections; nobody ever says a word.
    }

    private string Pool(string mode)
    {
        var pooler = new Pooler(Server.Port, mode, "ignore_startup_parameters = search_path");
        _poolers.Add(pooler);
        return pooler.Through(Living);
    }

    /// <summary>A role whose one connection is taken: the server says the same as one that has none at all.</summary>
    private async Task<string> ExhaustAsync()
    {
        string connectionString = As(await Server.CreateDatabaseAsync(), "lonely");
        var hog = new NpgsqlConnection(connectionString + ";Pooling=false");
        _hogs.Add(hog);
        await hog.OpenAsync();
        return connectionString;
    }
}
