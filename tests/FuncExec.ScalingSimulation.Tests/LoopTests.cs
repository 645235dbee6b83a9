using FuncExec.ScalingSimulation.Autoscaling;

namespace FuncExec.ScalingSimulation.Tests;

public sealed class LoopTests
{
    [Fact]
    public void A_scaled_object_starts_its_first_worker_at_a_poll()
    {
        var loop = new ScaledObjectLoop(new ScaledObjectSettings());
        Assert.Equal(TimeSpan.FromSeconds(5), loop.Interval);
        Assert.Equal(0, loop.Decide(TimeSpan.Zero, 0, 0));
        Assert.Equal(0, loop.Decide(TimeSpan.FromSeconds(5), 3, 0));
        Assert.Equal(1, loop.Decide(TimeSpan.FromSeconds(10), 3, 0));
    }

    [Fact]
    public void A_scaled_object_ends_its_last_worker_after_the_cool_down()
    {
        var loop = new ScaledObjectLoop(new ScaledObjectSettings());
        Assert.Equal(1, loop.Decide(TimeSpan.Zero, 1, 0));
        for (int second = 5; second < 300; second += 5)
        {
            Assert.Equal(0, loop.Decide(TimeSpan.FromSeconds(second), 0, 1));
        }

        Assert.Equal(-1, loop.Decide(TimeSpan.FromSeconds(300), 0, 1));
    }

    [Theory]
    [InlineData(5, 0, 5)]
    [InlineData(5, 3, 2)]
    [InlineData(5, 7, 0)]
    [InlineData(50, 18, 2)]
    [InlineData(0, 4, 0)]
    public void A_scaled_job_starts_what_is_missing_and_ends_nothing(int recommendation, int running, int started) =>
        Assert.Equal(started, new ScaledJobLoop(20, TimeSpan.FromSeconds(10)).Decide(TimeSpan.Zero, recommendation, running));
}
