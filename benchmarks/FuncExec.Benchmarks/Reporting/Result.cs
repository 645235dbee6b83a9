using FuncExec.Benchmarks.Measuring;

namespace FuncExec.Benchmarks.Reporting;

/// <summary>A figure as measured in every run.</summary>
internal sealed record Result(Workload Workload, Figure Figure, IReadOnlyList<double> Runs)
{
    public double Median => Samples.Percentile(Runs, 0.5);

    public double Min => Runs.Min();

    public double Max => Runs.Max();

    public bool IsMet => Figure.IsMetBy(Median);
}
