using System.Diagnostics;
using FuncExec.Kubernetes.Tests.Manifests;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FuncExec.Kubernetes.Tests;

/// <summary>KEDA's question, on a real server that is set up as the local overlay does it.</summary>
public sealed class ScalerQueryTests : IAsyncLifetime
{
    private const string HubName = "main";
    private PostgresServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        await RunRolesAsync();
        IHub hub = new PostgresHubProvider().Create(new HubContext
        {
            DataDirectory = "",
            HubName = HubName,
            GetConnectionString = _ => As("funcexec"),
            LoggerFactory = NullLoggerFactory.Instance,
        });
        await using (hub)
        {
            await hub.OpenAsync(default);
        }
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_role_of_KEDA_is_told_how_many_workers_there_is_work_for()
    {
        string[] queries =
        [
            Query("local", "ScaledObject"), Query("production", "ScaledObject"), Query("jobs", "ScaledJob"),
        ];
        foreach (string query in queries)
        {
            Assert.Equal(0, await AskAsync(query));
        }

        // Five wait and four are held that a worker may run; slots are four a worker. One asks for another label.
        await ExecuteAsync($$"""
            SET search_path = funcexec_{{HubName}};
            INSERT INTO hub_instances(key, owner, token, version, created, updated, generation, status, partition, to_begin, id, name)
            VALUES (1, 0, 1, 2, 0, 0, gen_random_uuid(), 2, 0, false, 'a', 'a');
            INSERT INTO hub_queues(name, runs_on) VALUES ('a', '{pool=default}'), ('a', '{gpu}');
            INSERT INTO hub_activities(sequence, owner, rank, instance_key, generation, queue, task_id, leases, priority, version)
            SELECT n, CASE WHEN n <= 5 OR n = 10 THEN 0 ELSE 7 END, n, 1, gen_random_uuid(),
                (SELECT id FROM hub_queues WHERE runs_on = CASE WHEN n = 10 THEN '{gpu}'::text[] ELSE '{pool=default}' END), n, 0, 5, ''
            FROM generate_series(1, 10) n
            """);
        foreach (string query in queries)
        {
            Assert.Equal(3, await AskAsync(query));
        }
    }

    [Fact]
    public async Task The_role_of_KEDA_changes_nothing()
    {
        PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() =>
            AskAsync($"WITH gone AS (DELETE FROM funcexec_{HubName}.hub_activities RETURNING 1) SELECT count(*)::int FROM gone"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        refused = await Assert.ThrowsAsync<PostgresException>(() => AskAsync("CREATE TABLE public.t(i int)"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    private static string Query(string overlay, string kind) => Overlays.Get(overlay).Get(kind, "worker").Text("spec/triggers/0/metadata/query")!;

    private string As(string role) => $"Host=127.0.0.1;Port={_server.Port};Username={role};Database=funcexec;Timeout=15;Command Timeout=60";

    private Task ExecuteAsync(string sql) => _server.ExecuteAsync(sql, "funcexec");

    private async Task<int> AskAsync(string query)
    {
        await using NpgsqlConnection connection = new(As("funcexec_keda") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(query, connection);
        return (int)(await command.ExecuteScalarAsync())!;
    }

    private async Task RunRolesAsync()
    {
        string script = Path.Combine(Repository.Root, "k8s-keda", "overlays", "local", "10-roles.sh");
        var start = new ProcessStartInfo("sh", [script]) { RedirectStandardError = true };
        start.Environment["PGHOST"] = "127.0.0.1";
        start.Environment["PGPORT"] = $"{_server.Port}";
        start.Environment["POSTGRES_USER"] = "postgres";
        start.Environment["FUNCEXEC_PASSWORD"] = "one'\"$2";
        start.Environment["KEDA_PASSWORD"] = "other";
        using Process process = Process.Start(start)!;
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, error);
    }
}
