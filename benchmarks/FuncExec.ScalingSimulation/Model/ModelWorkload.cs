namespace FuncExec.ScalingSimulation.Model;

/// <summary>Workloads that are made up.</summary>
public static class ModelWorkload
{
    /// <summary>The shortest command.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>The longest command.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    /// <summary>
    /// A day: a rush of a third of the commands from 9:00 to 9:10, a half over the hours until 17:00, the rest at 22:00 at once. Their
    /// durations are spread evenly over the orders of magnitude from <see cref="Shortest"/> to <see cref="Longest"/>.
    /// </summary>
    /// <param name="count">How many commands, at least 2.</param>
    /// <param name="seed">The same seed makes the same day.</param>
    public static IReadOnlyList<SimulatedCommand> Day(int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        var random = new Random(seed);
        double orders = Math.Log(Longest / Shortest);
        var commands = new List<SimulatedCommand>(count);
        for (int i = 0; i < count; i++)
        {
            // The two ends are there for certain.
            double part = i switch { 0 => 0, 1 => 1, _ => random.NextDouble() };
            commands.Add(new SimulatedCommand(Arrival(i, count, random), Shortest * Math.Exp(part * orders)));
        }

        return [.. commands.OrderBy(static command => command.Arrival)];
    }

    private static TimeSpan Arrival(int index, int count, Random random) => (6 * index / count) switch
    {
        0 or 1 => TimeSpan.FromHours(9) + (TimeSpan.FromMinutes(10) * random.NextDouble()),
        2 or 3 or 4 => TimeSpan.FromHours(9) + (TimeSpan.FromHours(8) * random.NextDouble()),
        _ => TimeSpan.FromHours(22),
    };
}
