using System.Diagnostics;
using FuncExec.Tests.Shared;

namespace FuncExec.Benchmarks.Service;

/// <summary>What a command costs the PostgreSQL that two nodes share, and what a node costs it that has nothing to do.</summary>
internal sealed class DatabaseCost : Workload
{
    private const int Commands = 2_000;
    private const int Nodes = 2;

    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(20);

    /// <summary>Idle connections say what they did after 10 s (PostgreSQL's PGSTAT_IDLE_INTERVAL).</summary>
    private static readonly TimeSpan s_counting = TimeSpan.FromSeconds(12);

    private static readonly string s_job =
        $"{{\"maxParallelism\":8,\"commands\":[{string.Join(',', Enumerable.Repeat("{\"command\":\"/bin/echo\",\"args\":[\"one short line of output\"]}", Commands))}]}}";

    public override string Name => "postgresql-cost";

    public override string Description => "one job of 2,000 × /bin/echo, 8 at a time; what it costs the PostgreSQL of two nodes";

    public override IReadOnlyList<Figure> Figures { get; } =
    [
        new("kept of each command, with indexes", "bytes", Bound.AtLeast, 0),
        new("written ahead (WAL) for each command", "bytes", Bound.AtLeast, 0),
        new("transactions for each command", "", Bound.AtLeast, 0),
        new("processor time for each command", "ms", Bound.AtLeast, 0),
        new("transactions of an idle node", "/s", Bound.AtLeast, 0),
        new("processor of the server for an idle node, of one core", "%", Bound.AtLeast, 0),
    ];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        await using ServiceUnderTest one = await StartAsync(Path.Combine(directory, "1"), server);
        await using ServiceUnderTest two = await StartAsync(Path.Combine(directory, "2"), server);
        await one.SucceedAsync(s_job);
        long bytesBefore = await BytesAsync(server);
        Spent before = await SpentAsync(server);
        await one.SucceedAsync(s_job);
        Spent after = await SpentAsync(server);
        long bytes = await BytesAsync(server) - bytesBefore;
        Spent idle = await SpentAsync(server);
        long start = Stopwatch.GetTimestamp();
        await Task.Delay(s_idle);
        Spent end = await SpentAsync(server);
        double idleFor = Stopwatch.GetElapsedTime(start).TotalSeconds * Nodes;
        return
        [
            (double)bytes / Commands,
            (double)(after.Ahead - before.Ahead) / Commands,
            (double)(after.Transactions - before.Transactions) / Commands,
            (after.Processor - before.Processor).TotalMilliseconds / Commands,
            (end.Transactions - idle.Transactions) / idleFor,
            100 * (end.Processor - idle.Processor).TotalSeconds / idleFor,
        ];
    }

    /// <summary>What all tables and their indexes hold, nothing of it dead.</summary>
    private static async Task<long> BytesAsync(PostgresServer server)
    {
        await server.ExecuteAsync("VACUUM FULL");
        return await server.ReadAsync<long>("SELECT sum(pg_total_relation_size(relid))::bigint FROM pg_stat_user_tables");
    }

    private static async Task<Spent> SpentAsync(PostgresServer server)
    {
        await Task.Delay(s_counting);
        return new Spent(
            await server.ReadAsync<long>("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"),
            await server.ReadAsync<long>("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"),
            server.ProcessorTime());
    }

    private static Task<ServiceUnderTest> StartAsync(string directory, PostgresServer server) => ServiceUnderTest.StartAsync(
        directory,
        ("WORKER_ID", $"node-{Path.GetFileName(directory)}"),
        ("MAX_CONCURRENT_TASKS", "4"),
        ("AzureFunctionsJobHost__extensions__durableTask__storageProvider__type", "postgresql"),
        ("ConnectionStrings__PostgreSQL", server.ConnectionString()));

    private readonly record struct Spent(long Ahead, long Transactions, TimeSpan Processor);
}
