using System.Diagnostics;

namespace FuncExec.Benchmarks.Service;

/// <summary>One job of many short commands beside bare <c>xargs</c>, which keeps nothing, one after the other in the same run.</summary>
internal sealed class ManyCommands : Workload
{
    private const int Count = 2_000;
    private const int Rounds = 3;

    private static readonly string s_job = $"{{\"commands\":[{string.Join(',', Enumerable.Repeat("{\"command\":\"/bin/true\"}", Count))}]}}";

    public override string Name => "many-commands";

    public override string Description => "one job of 2,000 × /bin/true, 8 at a time, results kept";

    public override IReadOnlyList<Figure> Figures { get; } =
    [
        new("of xargs -P8 in the same run", "×", Bound.AtLeast, 0.6),
        new("", "commands/s", Bound.AtLeast, 0, Peer: "xargs, no results: next row; parallel 350; DBOS 471; Slurm 53"),
        new("xargs -P8", "commands/s", Bound.AtLeast, 0),
    ];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        await using ServiceUnderTest service = await ServiceUnderTest.StartAsync(directory, ("MAX_CONCURRENT_TASKS", "8"));
        await service.SucceedAsync(s_job);
        List<double> ours = [], bare = [];
        for (int round = 0; round < Rounds; round++)
        {
            bare.Add(await RateAsync(XargsAsync));
            ours.Add(await RateAsync(() => service.SucceedAsync(s_job)));
        }

        ours.Sort();
        bare.Sort();
        return [ours[Rounds / 2] / bare[Rounds / 2], ours[Rounds / 2], bare[Rounds / 2]];
    }

    private static async Task<double> RateAsync(Func<Task> work)
    {
        long start = Stopwatch.GetTimestamp();
        await work();
        return Count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task XargsAsync()
    {
        using Process xargs = Process.Start("sh", ["-c", $"seq {Count} | xargs -P8 -n1 /bin/true"]);
        await xargs.WaitForExitAsync();
    }
}
