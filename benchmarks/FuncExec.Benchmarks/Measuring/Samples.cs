namespace FuncExec.Benchmarks.Measuring;

/// <summary>What is said of many samples.</summary>
internal static class Samples
{
    /// <summary>The smallest sample that at least this part of all are not above.</summary>
    public static double Percentile(IEnumerable<double> samples, double part)
    {
        double[] ordered = [.. samples.Order()];
        return ordered[Math.Clamp((int)Math.Ceiling(part * ordered.Length) - 1, 0, ordered.Length - 1)];
    }
}
