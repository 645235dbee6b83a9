using FuncExec.ScalingSimulation.Autoscaling;
using FuncExec.ScalingSimulation.Model;
using FuncExec.ScalingSimulation.Real;

namespace FuncExec.ScalingSimulation.Tests;

/// <summary>The autoscalers of the simulation over processes of the service, a PostgreSQL and commands.</summary>
public sealed class RealSimulationTests : IDisposable
{
    private const int Commands = 60;

    private static readonly ScaledObjectSettings s_settings = new() { MaxReplicas = 2 };
    private readonly string _directory = Directory.CreateTempSubdirectory("funcexec-scaling-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Scaled_object_takes_real_workers_from_none_to_two_and_back()
    {
        RealResult result = await RunAsync(new ScaledObjectLoop(s_settings));
        Assert.True(result.Workers >= 2);
    }

    [Fact]
    public async Task Scaled_jobs_are_real_workers_that_end_by_themselves_and_no_command_with_them()
    {
        RealResult result = await RunAsync(new ScaledJobLoop(s_settings.MaxReplicas, s_settings.PollingInterval));
        Assert.Equal((0, 0), (result.Result.Ended, result.Repeated));
    }

    private async Task<RealResult> RunAsync(IAutoscaler autoscaler)
    {
        // Most come at once. The last one comes when there has been nothing for hours, which are passed over.
        SimulatedCommand[] commands =
        [
            .. Enumerable.Range(0, Commands - 1).Select(static at => new SimulatedCommand(TimeSpan.FromSeconds(600 + (at / 10)), TimeSpan.FromSeconds(at))),
            new(TimeSpan.FromHours(5), TimeSpan.FromMinutes(1)),
        ];
        var settings = new RealSettings
        {
            Executable = Path.Combine(Repository.Root, "WorkerFunctions", "bin", Repository.Configuration, Repository.Framework, "WorkerFunctions"),
            Directory = _directory,
            Compression = 200,
            Limit = TimeSpan.FromMinutes(5),
        };
        RealResult result = await RealSimulation.RunAsync(commands, autoscaler, settings, seed: 1, CancellationToken.None);
        IReadOnlyList<ScalingSample> samples = result.Result.Samples;
        Assert.Equal(Commands, result.Result.Finished);
        Assert.Equal(Commands, result.Result.Waits.Count);
        Assert.Equal((0, 0, 0), (samples[0].Need, samples[0].Replicas, samples[0].Draining));
        Assert.Equal(2, samples.Max(static sample => sample.Replicas));
        Assert.True(samples.Max(static sample => sample.Need) > 2);
        Assert.Equal((0, 0, 0), (samples[^1].Need, samples[^1].Replicas, samples[^1].Draining));
        Assert.Contains(samples, sample => sample.At < commands[^1].Arrival && sample.At > commands[0].Arrival && sample.Replicas + sample.Draining == 0);
        Assert.True(result.Result.End > commands[^1].Arrival);
        Assert.InRange(result.Result.WorkerTime, TimeSpan.FromTicks(1), result.RealTime * settings.Compression * 4);
        return result;
    }
}
