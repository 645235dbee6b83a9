using Microsoft.DurableTask;

namespace FuncExec.Runtime.Tests.Surface;

public sealed class RetryPolicyTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Defaults_are_a_constant_interval_of_an_hour_at_most_and_no_end()
    {
        RetryPolicy policy = new(3, _second);

        Assert.Equal(3, policy.MaxNumberOfAttempts);
        Assert.Equal(_second, policy.FirstRetryInterval);
        Assert.Equal(1.0, policy.BackoffCoefficient);
        Assert.Equal(TimeSpan.FromHours(1), policy.MaxRetryInterval);
        Assert.Equal(Timeout.InfiniteTimeSpan, policy.RetryTimeout);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void At_least_one_attempt_is_needed(int attempts) =>
        Refused("maxNumberOfAttempts", () => new RetryPolicy(attempts, _second));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void The_first_interval_is_above_zero(int seconds) =>
        Refused("firstRetryInterval", () => new RetryPolicy(1, TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Intervals_never_shrink() =>
        Refused("backoffCoefficient", () => new RetryPolicy(1, _second, 0.99));

    [Fact]
    public void The_longest_interval_is_no_shorter_than_the_first() =>
        Refused("maxRetryInterval", () => new RetryPolicy(1, _second, maxRetryInterval: _second / 2));

    [Fact]
    public void The_time_for_all_attempts_is_no_shorter_than_the_first_interval() =>
        Refused("retryTimeout", () => new RetryPolicy(1, _second, retryTimeout: _second / 2));

    [Fact]
    public void Limits_may_be_infinite_or_equal_to_the_first_interval()
    {
        RetryPolicy infinite = new(1, _second, 2, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        RetryPolicy equal = new(1, _second, 1, _second, _second);

        Assert.Equal(Timeout.InfiniteTimeSpan, infinite.MaxRetryInterval);
        Assert.Equal(_second, equal.RetryTimeout);
    }

    [Fact]
    public void Every_failure_is_retried_unless_the_author_says_otherwise()
    {
        TaskFailureDetails failure = TaskFailureDetails.FromException(new IOException("disk"));

        Assert.True(new RetryPolicy(2, _second).Handles(failure));
        Assert.False(new RetryPolicy(2, _second) { HandleFailure = f => f.IsCausedBy<TimeoutException>() }.Handles(failure));
    }

    [Fact]
    public void Handle_asks_about_what_the_task_ended_with()
    {
        RetryPolicy policy = new(2, _second) { HandleFailure = failure => failure.ErrorMessage == "disk" };

        Assert.True(policy.Handle(new TaskFailedException("Write", 4, new IOException("disk"))));
        Assert.False(policy.Handle(new IOException("net")));
    }

    [Fact]
    public void A_missing_handler_is_refused_at_once() =>
        Assert.Throws<ArgumentNullException>(() => new RetryPolicy(2, _second) { HandleFailure = null! });

    private static void Refused(string parameter, Func<RetryPolicy> make) =>
        Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);
}
