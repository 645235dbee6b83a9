using System.Diagnostics;
using FuncExec.Benchmarks.Measuring;
using FuncExec.Tests.Shared;

namespace FuncExec.Benchmarks.Workloads;

/// <summary>Two nodes and their server while 100,000 orchestrations sleep and nothing happens.</summary>
internal sealed class PostgresSleepers : Workload
{
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(30);

    public override string Name => "postgresql-sleepers";

    public override string Description => "100,000 sleeping instances; two nodes over PostgreSQL, idle";

    public override IReadOnlyList<Figure> Figures { get; } =
    [
        new("processor of nodes and server together, of one core", "%", Bound.AtMost, 1),
        new("of it the server's", "%", Bound.AtMost, 1),
    ];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        await Node.UsePostgresAsync(directory, server.ConnectionString());
        using ChildProcess sleepers = ChildProcess.Start(ChildProcess.Sleep, directory);
        await sleepers.ReadLineAsync();
        using ChildProcess second = ChildProcess.Start(ChildProcess.StayNode, directory);
        await second.ReadLineAsync();
        await server.ExecuteAsync("VACUUM ANALYZE"); // What the starts left behind is not idleness.
        await server.ExecuteAsync("CHECKPOINT");
        await Task.Delay(s_settling);
        TimeSpan serverBefore = server.ProcessorTime();
        TimeSpan nodesBefore = sleepers.Usage().Processor + second.Usage().Processor;
        long start = Stopwatch.GetTimestamp();
        await Task.Delay(s_idle);
        TimeSpan ofServer = server.ProcessorTime() - serverBefore;
        TimeSpan ofNodes = sleepers.Usage().Processor + second.Usage().Processor - nodesBefore;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        await sleepers.KillAsync();
        await second.KillAsync();
        return [100 * ((ofServer + ofNodes) / elapsed), 100 * (ofServer / elapsed)];
    }
}
