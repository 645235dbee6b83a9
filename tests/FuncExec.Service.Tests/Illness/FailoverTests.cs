using System.Diagnostics;
using FuncExec.Service.Tests.Database;
using FuncExec.Service.Tests.Running;
using FuncExec.Tests.Shared;
using Npgsql;
using Xunit.Abstractions;

namespace FuncExec.Service.Tests.Illness;

/// <summary>The primary dies, and its standby takes its place.</summary>
public sealed class FailoverTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Node_goes_on_at_the_standby_that_was_promoted_with_all_that_was_answered()
    {
        using var data = new DataDirectory();
        await using PostgresServer primary = await PostgresServer.StartAsync();
        string database = new NpgsqlConnectionStringBuilder(await primary.CreateDatabaseAsync()).Database!;
        await using PostgresServer standby = await primary.StartStandbyAsync();

        // What was answered is at the standby too.
        await primary.ExecuteAsync("ALTER SYSTEM SET synchronous_standby_names = '*'");
        await primary.ExecuteAsync("SELECT pg_reload_conf()");
        await using ServiceProcess node = DatabaseNode.Make(
            data, "node", $"Host=127.0.0.1:{standby.Port},127.0.0.1:{primary.Port};Username=postgres;Database={database};Timeout=3;Command Timeout=3",
            ("HEARTBEAT_TIMEOUT_SECONDS", "600"), ("FuncExec__DrainTimeout", "1s"));
        await node.StartAsync();
        using var gate = new Gate(data);
        string journal = data.File("journal");
        string id = await new NodeWatch(node.Api, primary, database).PostAsync(gate, journal);

        await primary.KillAsync();
        await IllStore.ExpectAsync(node.Api, id, "none of the hosts can be reached and takes writes");
        gate.Open();
        await Patience.UntilAsync("the command has ended", () => gate.Living.Count == 0);
        long promoted = Stopwatch.GetTimestamp();
        await standby.ExecuteAsync("SELECT pg_promote()");

        await IllStore.ExpectRecoveryAsync(node.Api);
        var watch = new NodeWatch(node.Api, standby, database);
        await watch.ExpectRunOnceAsync(id, journal);
        output.WriteLine($"All was well {Stopwatch.GetElapsedTime(promoted).TotalSeconds:0.0} s after the promotion.");
        await watch.ExpectNothingLeftAsync();
    }
}
