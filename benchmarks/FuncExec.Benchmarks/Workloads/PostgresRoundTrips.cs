using FuncExec.Benchmarks.Measuring;
using FuncExec.Tests.Shared;

namespace FuncExec.Benchmarks.Workloads;

/// <summary>What a fan-out asks of the server, as the server counts it.</summary>
internal sealed class PostgresRoundTrips : Workload
{
    private const int Steps = 10_000;

    public override string Name => "postgresql-round-trips";

    public override string Description => "statements of the fan-out of 10,000 no-op activities (pg_stat_statements); two nodes over PostgreSQL";

    public override IReadOnlyList<Figure> Figures { get; } = [new("per activity", "statements", Bound.AtMost, 0.2)];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        await using PostgresServer server = await PostgresServer.StartAsync(
            "shared_preload_libraries=pg_stat_statements", "pg_stat_statements.track=top", "pg_stat_statements.max=10000");
        await server.ExecuteAsync("CREATE EXTENSION pg_stat_statements");
        await Node.UsePostgresAsync(directory, server.ConnectionString());
        using ChildProcess second = ChildProcess.Start(ChildProcess.StayNode, directory);
        await second.ReadLineAsync();
        await using Node node = await Node.StartWarmAsync(directory);
        await server.ExecuteAsync("SELECT pg_stat_statements_reset()");
        await node.RunAsync(BenchmarkTasks.FanOut, Steps);
        long statements = await server.ReadAsync<long>("SELECT sum(calls)::bigint FROM pg_stat_statements");
        await second.KillAsync();
        return [(double)statements / Steps];
    }
}
