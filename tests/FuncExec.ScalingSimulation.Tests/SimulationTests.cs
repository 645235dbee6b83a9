using FuncExec.ScalingSimulation.Autoscaling;
using FuncExec.ScalingSimulation.Model;

namespace FuncExec.ScalingSimulation.Tests;

public sealed class SimulationTests
{
    private static readonly FleetSettings s_fleet = new();
    private static readonly ScaledObjectSettings s_settings = new();

    [Fact]
    public void One_command_starts_after_a_poll_and_the_start_of_a_worker()
    {
        SimulationResult result = Run(Objects(), [new(TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(1))]);
        Assert.Equal(TimeSpan.FromSeconds(8 + 8), result.FirstStart);
        Assert.Equal((1, 0), (result.Finished, result.Ended));
    }

    [Fact]
    public void A_job_that_is_idle_ends_after_its_time()
    {
        SimulationResult result = Run(Jobs(), [new(TimeSpan.Zero, TimeSpan.FromSeconds(5))]);
        Assert.Equal(TimeSpan.FromSeconds(8 + 5 + 60), result.End);
        Assert.Equal(result.End, result.WorkerTime);
    }

    [Fact]
    public void A_command_longer_than_the_drain_is_ended_and_done_elsewhere()
    {
        // Many that are short make many workers; few that are long are left when those end.
        SimulatedCommand[] commands =
        [
            .. Enumerable.Range(0, 20).Select(static _ => new SimulatedCommand(TimeSpan.Zero, TimeSpan.FromMinutes(29))),
            .. Enumerable.Range(0, 60).Select(static _ => new SimulatedCommand(TimeSpan.Zero, TimeSpan.FromMinutes(1))),
        ];
        SimulationResult ended = Run(Objects(), commands);
        Assert.Equal(80, ended.Finished);
        Assert.True(ended.Ended > 0);

        SimulationResult patient = Simulation.Run(commands, Objects(), s_fleet with { DrainTimeout = TimeSpan.FromMinutes(30) }, 1);
        Assert.Equal((80, 0), (patient.Finished, patient.Ended));
        SimulationResult jobs = Run(Jobs(), commands);
        Assert.Equal((80, 0), (jobs.Finished, jobs.Ended));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_day_goes_from_none_to_none_and_does_all(int seed)
    {
        IReadOnlyList<SimulatedCommand> day = ModelWorkload.Day(2000, seed);
        Assert.Equal((ModelWorkload.Shortest, ModelWorkload.Longest), (day.Min(static command => command.Duration), Round(day.Max(static command => command.Duration))));
        foreach (IAutoscaler autoscaler in (IAutoscaler[])[Objects(), Jobs()])
        {
            SimulationResult result = Simulation.Run(day, autoscaler, s_fleet, seed);
            Assert.Equal(2000, result.Finished);
            Assert.Equal(0, result.Samples[0].Replicas);
            Assert.Equal((0, 0), (result.Samples[^1].Replicas, result.Samples[^1].Draining));
            Assert.All(result.Samples, static sample => Assert.InRange(sample.Replicas, 0, s_settings.MaxReplicas));
            Assert.True(result.FirstStart <= s_settings.PollingInterval + s_fleet.StartTime);
            if (autoscaler.WorkersEndThemselves)
            {
                Assert.Equal(0, result.Ended);
            }
        }
    }

    [Fact]
    public void The_page_shows_what_the_simulation_comes_to()
    {
        IReadOnlyList<(string Title, SimulationResult Result)> day = ScalingDay.Simulate();
        string docs = Path.Combine(Repository.Root, "docs");
        Assert.Contains(ScalingDay.Table(day), File.ReadAllText(Path.Combine(docs, "kubernetes.md")), StringComparison.Ordinal);
        Assert.Equal(ScalingDay.Plot(day), File.ReadAllText(Path.Combine(docs, "scaling-simulation.svg")));
    }

    // The last digit of a double.
    private static TimeSpan Round(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Round(time.TotalMilliseconds));

    private static SimulationResult Run(IAutoscaler autoscaler, IReadOnlyList<SimulatedCommand> commands) => Simulation.Run(commands, autoscaler, s_fleet, 1);

    private static ScaledObjectLoop Objects() => new(s_settings);

    private static ScaledJobLoop Jobs() => new(s_settings.MaxReplicas, s_settings.PollingInterval);
}
