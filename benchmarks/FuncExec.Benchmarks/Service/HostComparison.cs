using System.Diagnostics;
using System.Text.Json;
using FuncExec.Benchmarks.Measuring;

namespace FuncExec.Benchmarks.Service;

/// <summary>
/// The same sources on the official host and on ours, one after the other in the same run. The official host needs what is not
/// in the repository: <c>tests/azure/run</c> brings it.
/// </summary>
internal sealed class HostComparison : Workload
{
    private const int InSequence = 100;
    private const int AtOnce = 1_000;
    private const int Commands = 200;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    private static readonly string s_job = $"{{\"commands\":[{string.Join(',', Enumerable.Repeat("{\"command\":\"/bin/true\"}", Commands))}]}}";

    public override string Name => "host-comparison";

    public override string Description => "the same app on the official host and on ours";

    /// <summary>Whether there is an official host to compare with.</summary>
    public static bool IsPossible => HostedApp.Build is not null;

    public override IReadOnlyList<Figure> Figures { get; } =
    [
        .. new[] { "official", "ours" }.SelectMany(static host => new Figure[]
        {
            new($"{host}: start of the service to its first answer", "s", Bound.AtLeast, 0),
            new($"{host}: {Commands} × /bin/true in one job", "s", Bound.AtLeast, 0),
            new($"{host}: {InSequence} activities in sequence", "s", Bound.AtLeast, 0),
            new($"{host}: fan-out of {AtOnce} activities", "s", Bound.AtLeast, 0),
        }),
    ];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        List<double> values = [];
        foreach (bool isOfficial in new[] { true, false })
        {
            values.AddRange(await MeasureServiceAsync(isOfficial, Path.Combine(directory, $"service-{isOfficial}")));
            values.AddRange(await MeasureStepsAsync(isOfficial, Path.Combine(directory, $"steps-{isOfficial}")));
        }

        return values;
    }

    private static async Task<double[]> MeasureServiceAsync(bool isOfficial, string directory)
    {
        Directory.CreateDirectory(directory);
        long begin = Stopwatch.GetTimestamp();
        await using HostedApp app = await HostedApp.StartAsync("WorkerFunctions", "/healthz", isOfficial, directory);
        double start = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        await RunJobAsync(app); // What both compile for the first time is compiled.
        begin = Stopwatch.GetTimestamp();
        await RunJobAsync(app);
        return [start, Stopwatch.GetElapsedTime(begin).TotalSeconds];
    }

    private static async Task<double[]> MeasureStepsAsync(bool isOfficial, string directory)
    {
        Directory.CreateDirectory(directory);
        await using HostedApp app = await HostedApp.StartAsync("FuncExec.Benchmarks.App", "/api/none", isOfficial, directory);
        await RunStepsAsync(app, "FanOut", 50);
        await RunStepsAsync(app, "Sequence", 10);
        return [await RunStepsAsync(app, "Sequence", InSequence), await RunStepsAsync(app, "FanOut", AtOnce)];
    }

    private static async Task RunJobAsync(HostedApp app)
    {
        Uri job = await app.StartAsync("/api/jobs", s_job);
        await UntilAsync(app, job, static state => state.GetProperty("status").GetString() is "succeeded");
    }

    private static async Task<double> RunStepsAsync(HostedApp app, string orchestrator, int count)
    {
        long begin = Stopwatch.GetTimestamp();
        Uri status = await app.StartAsync($"/api/{orchestrator}/{count}", "");
        await UntilAsync(app, status, static state => state.GetProperty("runtimeStatus").GetString() is "Completed");
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static async Task UntilAsync(HostedApp app, Uri address, Func<JsonElement, bool> holds)
    {
        using CancellationTokenSource limit = new(s_limit);
        while (!holds(await app.GetAsync(address)))
        {
            await Task.Delay(s_pause, limit.Token);
        }
    }
}
