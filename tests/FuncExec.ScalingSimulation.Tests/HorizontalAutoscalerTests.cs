using FuncExec.ScalingSimulation.Autoscaling;

namespace FuncExec.ScalingSimulation.Tests;

public sealed class HorizontalAutoscalerTests
{
    private static readonly ScaledObjectSettings s_settings = new();
    private readonly HorizontalAutoscaler _autoscaler = new(s_settings);

    [Fact]
    public void From_one_it_takes_eight_more_at_once_and_then_doubles()
    {
        Assert.Equal(9, _autoscaler.Desire(Seconds(0), 100, 1));
        Assert.Equal(18, _autoscaler.Desire(Seconds(15), 100, 9));
        Assert.Equal(20, _autoscaler.Desire(Seconds(30), 100, 18));
    }

    [Fact]
    public void Within_a_period_no_more_than_its_policies_allow_is_started()
    {
        Assert.Equal(9, _autoscaler.Desire(Seconds(0), 100, 1));
        Assert.Equal(9, _autoscaler.Desire(Seconds(14), 100, 9));
    }

    [Fact]
    public void A_tenth_more_or_less_changes_nothing()
    {
        Assert.Equal(11, _autoscaler.Desire(Seconds(0), 12, 11));
        Assert.Equal(13, _autoscaler.Desire(Seconds(15), 13, 11));
    }

    [Fact]
    public void What_was_recommended_within_the_window_is_kept()
    {
        Assert.Equal(12, _autoscaler.Desire(Seconds(0), 12, 12));
        Assert.Equal(12, _autoscaler.Desire(Seconds(15), 2, 12));
        Assert.Equal(12, _autoscaler.Desire(Seconds(299), 2, 12));
        Assert.Equal(9, _autoscaler.Desire(Seconds(300), 2, 12));
        Assert.Equal(9, _autoscaler.Desire(Seconds(345), 2, 9));
        Assert.Equal(6, _autoscaler.Desire(Seconds(361), 2, 9));
    }

    [Fact]
    public void It_never_goes_to_none_and_is_off_there()
    {
        Assert.Equal(1, _autoscaler.Desire(Seconds(0), 0, 1));
        Assert.Equal(0, _autoscaler.Desire(Seconds(15), 5, 0));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
