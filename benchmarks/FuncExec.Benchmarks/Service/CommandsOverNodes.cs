using System.Diagnostics;
using FuncExec.Tests.Shared;

namespace FuncExec.Benchmarks.Service;

/// <summary>One job of many short commands over two nodes that share a PostgreSQL, half of the places on each.</summary>
internal sealed class CommandsOverNodes : Workload
{
    private const int Count = 2_000;

    private static readonly string s_job =
        $"{{\"maxParallelism\":8,\"commands\":[{string.Join(',', Enumerable.Repeat("{\"command\":\"/bin/true\"}", Count))}]}}";

    public override string Name => "postgresql-commands";

    public override string Description => "one job of 2,000 × /bin/true, 8 at a time, results kept; two nodes over PostgreSQL";

    public override IReadOnlyList<Figure> Figures { get; } =
        [new("", "commands/s", Bound.AtLeast, 500, Peer: "graphile-worker 701, no results; DBOS 471, one node")];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        await using ServiceUnderTest one = await StartAsync(Path.Combine(directory, "1"), server);
        await using ServiceUnderTest two = await StartAsync(Path.Combine(directory, "2"), server);
        await one.SucceedAsync(s_job);
        await two.SucceedAsync(s_job);
        long start = Stopwatch.GetTimestamp();
        await one.SucceedAsync(s_job);
        return [Count / Stopwatch.GetElapsedTime(start).TotalSeconds];
    }

    private static Task<ServiceUnderTest> StartAsync(string directory, PostgresServer server) => ServiceUnderTest.StartAsync(
        directory,
        ("WORKER_ID", $"node-{Path.GetFileName(directory)}"),
        ("MAX_CONCURRENT_TASKS", "4"),
        ("AzureFunctionsJobHost__extensions__durableTask__storageProvider__type", "postgresql"),
        ("ConnectionStrings__PostgreSQL", server.ConnectionString()));
}
