using FuncExec.Orchestrator.Jobs;

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
        Assert.Equal(allowed, new RetryRule { MaxAttempts = 3 }.Allows(attempt, ErrorKind.Exit, exitCode));

    [Theory]
    [InlineData(75, true)]
    [InlineData(76, false)]
    [InlineData(null, false)]
    public void Listed_codes_only_are_tried_again(int? exitCode, bool allowed) =>
        Assert.Equal(allowed, new RetryRule { RetryOnExitCodes = [75] }.Allows(1, ErrorKind.Exit, exitCode));

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(null, true)]
    public void Final_codes_are_not_tried_again(int? exitCode, bool allowed) =>
        Assert.Equal(allowed, new RetryRule { FailOnExitCodes = [2] }.Allows(1, ErrorKind.Exit, exitCode));

    [Theory]
    [InlineData(ErrorKind.Exit, true)]
    [InlineData(ErrorKind.Signal, true)]
    [InlineData(ErrorKind.Timeout, true)]
    [InlineData(ErrorKind.NotFound, true)]
    [InlineData(ErrorKind.Lost, false)]
    public void Every_kind_of_failure_but_a_loss_is_tried_again_by_default(ErrorKind kind, bool allowed) =>
        Assert.Equal(allowed, new RetryRule().Allows(1, kind, null));

    [Fact]
    public void Listed_kinds_only_are_tried_again()
    {
        RetryRule rule = new() { RetryOnErrors = [ErrorKind.Lost] };

        Assert.True(rule.Allows(1, ErrorKind.Lost, null));
        Assert.False(rule.Allows(1, ErrorKind.Exit, 1));
    }

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
