using FuncExec.Benchmarks.Measuring;
using FuncExec.Tests.Shared;

namespace FuncExec.Benchmarks.Workloads;

/// <summary>
/// Another workload over a PostgreSQL of its own, with the durability that this has by default, and a second node on the same hub in a
/// process of its own.
/// </summary>
internal sealed class OverPostgres(Workload workload, IReadOnlyList<Figure> figures) : Workload
{
    public override string Name => "postgresql-" + workload.Name;

    public override string Description => workload.Description + "; two nodes over PostgreSQL";

    public override IReadOnlyList<Figure> Figures => figures;

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        await Node.UsePostgresAsync(directory, server.ConnectionString());
        using ChildProcess second = ChildProcess.Start(ChildProcess.StayNode, directory);
        await second.ReadLineAsync();
        IReadOnlyList<double> values = await workload.MeasureAsync(directory);
        await second.KillAsync();
        return values;
    }
}
