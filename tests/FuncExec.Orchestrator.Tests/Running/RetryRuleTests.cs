using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Running;

namespace FuncExec.Orchestrator.Tests.Running;

public sealed class RetryRuleTests
{
    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(2, 1, true)]
    [InlineData(3, 1, false)]
    [InlineData(1, -1, true)]
    [InlineData(1, null, true)]
    public void Attempts_are_counted_from_the_first(int attempt, int? exitCode, bool allowed) =>
        Assert.Equal(allowed, new RetryRule { MaxAttempts = 3 }.Allows(attempt, exitCode));

    [Theory]
    [InlineData(75, true)]
    [InlineData(76, false)]
    [InlineData(null, false)]
    public void Listed_codes_only_are_tried_again(int? exitCode, bool allowed) =>
        Assert.Equal(allowed, new RetryRule { RetryOnExitCodes = [75] }.Allows(1, exitCode));

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(null, true)]
    public void Final_codes_are_not_tried_again(int? exitCode, bool allowed) =>
        Assert.Equal(allowed, new RetryRule { FailOnExitCodes = [2] }.Allows(1, exitCode));

    [Fact]
    public void Pauses_grow_up_to_the_longest()
    {
        RetryRule rule = new() { InitialInterval = TimeSpan.FromSeconds(1), BackoffCoefficient = 3, MaxInterval = TimeSpan.FromSeconds(20), Jitter = 0 };

        Assert.Equal([1, 3, 9, 20, 20], Enumerable.Range(1, 5).Select(attempt => rule.DelayAfter(attempt, 0.7).TotalSeconds));
        Assert.Equal(20, (rule with { BackoffCoefficient = 100 }).DelayAfter(1000, 0).TotalSeconds);
    }

    [Theory]
    [InlineData(-1, 5)]
    [InlineData(0, 10)]
    [InlineData(0.5, 12.5)]
    public void Jitter_moves_a_pause_by_its_part(double chance, double seconds) => Assert.Equal(
        seconds,
        new RetryRule { InitialInterval = TimeSpan.FromSeconds(10), Jitter = 0.5 }.DelayAfter(1, chance).TotalSeconds);

    [Fact]
    public void Chance_is_the_same_again_and_spread()
    {
        double[] chances = [.. Enumerable.Range(0, 10_000).Select(static i => Chance.Of("job", $"main/{i}", 1))];

        Assert.All(chances, static chance => Assert.InRange(chance, -1, 1));
        Assert.InRange(chances.Average(), -0.05, 0.05);
        Assert.InRange(chances.Count(static chance => chance < -0.5), 2_200, 2_800);
        Assert.Equal(chances[17], Chance.Of("job", "main/17", 1));
        Assert.Equal(10_000, chances.Distinct().Count());
        Assert.NotEqual(Chance.Of("job", "a/1", 1), Chance.Of("job", "a/1", 2));
    }
}
