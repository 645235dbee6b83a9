using System.Diagnostics;

namespace FuncExec.Benchmarks.Service;

/// <summary>A gigabyte from one command, all of it kept.</summary>
internal sealed class LargeOutput : Workload
{
    private const string Job = """{"command":"head","args":["-c","1000000000","/dev/zero"]}""";

    public override string Name => "large-output";

    public override string Description => "1 GB of output from one command, kept (FuncExec__OutputLimit=2GiB)";

    public override IReadOnlyList<Figure> Figures { get; } = [new("", "MB/s", Bound.AtLeast, 300)];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        await using ServiceUnderTest service = await ServiceUnderTest.StartAsync(directory, ("FuncExec__OutputLimit", "2GiB"));
        await service.SucceedAsync("""{"command":"/bin/true"}""");
        long start = Stopwatch.GetTimestamp();
        await service.SucceedAsync(Job);
        return [1_000 / Stopwatch.GetElapsedTime(start).TotalSeconds];
    }
}
