using System.Diagnostics.Metrics;
using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Output;
using FuncExec.WorkerFunctions.Telemetry;
using FuncExec.WorkerFunctions.Telemetry.Prometheus;

namespace FuncExec.WorkerFunctions.Tests.Telemetry;

/// <summary>What counting costs in memory.</summary>
public sealed class AllocationTests
{
    private const int Times = 1_000;

    private static readonly AttemptEnd s_end = new()
    {
        Task = new TaskKey("job", 0, 0),
        Token = 1,
        Status = JobTaskStatus.Failed,
        Failure = FailureKind.Exit,
        RetryAfter = TimeSpan.Zero,
    };

    private static readonly TaskOutcome s_outcome = new TaskOutcome.Succeeded(0);
    private static readonly OutputResult s_written = new(OutputRecord.Empty, OutputRecord.Empty, 0, null);

    [Fact]
    public void Counting_attempts_allocates_nothing()
    {
        using TaskMetrics metrics = new();

        Assert.Equal(0, Allocated(() =>
        {
            metrics.Worked(metrics.Begin(), "command", s_outcome);
            metrics.Recorded("command", s_end);
            metrics.Wrote(s_written);
            metrics.ClaimLost();
        }));
    }

    [Fact]
    public void Adding_up_for_Prometheus_allocates_nothing_for_a_series_that_is_known()
    {
        using Meter meter = new("test");
        MetricFamily family = new(meter.CreateHistogram("test.duration", "s", "", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 10] }));
        KeyValuePair<string, object?>[] tags = [new("activity", "A"), new("outcome", "failed")];

        Assert.Equal(0, Allocated(() => family.Record(2, tags)));
        Assert.Equal([0, 2 * Times, 0], Assert.Single(family.Series).Read()!.Value.Counts.Select(static count => (int)count));
    }

    [Fact]
    public void Labels_without_bound_end_in_one_series()
    {
        using Meter meter = new("test");
        MetricFamily family = new(meter.CreateCounter<long>("test.things"));

        for (int i = 0; i < 3 * MetricFamily.MostSeries; i++)
        {
            family.Record(1, [new("name", $"n{i}")]);
        }

        Assert.Equal(MetricFamily.MostSeries + 1, family.Series.Count());
        MetricSeries other = Assert.Single(family.Series, static series => series.Labels[0].Value == MetricFamily.Other);
        Assert.Equal(2 * MetricFamily.MostSeries, other.Read()!.Value.Sum);
        Assert.Contains($"test_things_total{{name=\"{MetricFamily.Other}\"}} 2000\n", PrometheusText.Write([family]), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_and_help_are_escaped()
    {
        using Meter meter = new("test");
        MetricFamily family = new(meter.CreateUpDownCounter<long>("test.level", "By", "a\\b\nc"));
        family.Record(-1.5, [new("name", "q\"\\\n")]);

        Assert.Equal("# HELP test_level_bytes a\\\\b\\nc\n# TYPE test_level_bytes gauge\ntest_level_bytes{name=\"q\\\"\\\\\\n\"} -1.5\n", PrometheusText.Write([family]));
    }

    /// <summary>Runs it twice over, so that what is compiled and made once does not count.</summary>
    private static long Allocated(Action action)
    {
        Run(action);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(action);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Run(Action action)
    {
        for (int i = 0; i < Times; i++)
        {
            action();
        }
    }
}
