namespace FuncExec.Benchmarks;

/// <summary>Something to measure, one or several figures at a time.</summary>
internal abstract class Workload
{
    /// <summary>The name it is chosen by on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What is done, in one line of the table.</summary>
    public abstract string Description { get; }

    /// <summary>What is measured.</summary>
    public abstract IReadOnlyList<Figure> Figures { get; }

    /// <summary>Runs it once in a process of its own.</summary>
    /// <param name="directory">An empty directory on a disk.</param>
    /// <returns>The values, in the order of <see cref="Figures"/>.</returns>
    public abstract Task<IReadOnlyList<double>> MeasureAsync(string directory);
}

/// <summary>One figure of a workload.</summary>
/// <param name="Name">What it is; empty when the workload has only this one.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Bound">On which side of <paramref name="Target"/> it must be.</param>
/// <param name="Target">What it must reach; at least 0 is no target.</param>
/// <param name="Aim">What it is hoped to reach, or null.</param>
/// <param name="Peer">The nearest figure of another engine (see <c>docs/performance.md</c>), or null.</param>
internal sealed record Figure(string Name, string Unit, Bound Bound, double Target, double? Aim = null, string? Peer = null)
{
    /// <summary>Whether a value reaches the target.</summary>
    public bool IsMetBy(double value) => Bound == Bound.AtLeast ? value >= Target : value <= Target;
}

/// <summary>The good side of a target.</summary>
internal enum Bound
{
    /// <summary>More is better.</summary>
    AtLeast = 1,

    /// <summary>Less is better.</summary>
    AtMost = 2,
}
