using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Tests.Surface;

public sealed class TaskOptionsTests
{
    private static readonly RetryPolicy _policy = new(2, TimeSpan.FromSeconds(1));

    [Fact]
    public void A_policy_converts_to_retry_options_without_a_handler()
    {
        TaskRetryOptions retry = _policy;

        Assert.Same(_policy, retry.Policy);
        Assert.Null(retry.Handler);
        Assert.Same(_policy, TaskOptions.FromRetryPolicy(_policy).Retry?.Policy);
    }

    [Fact]
    public async Task A_handler_converts_to_retry_options_and_is_asked_with_the_context()
    {
        RetryHandler two = context => context.LastAttemptNumber < 2;
        TaskRetryOptions retry = TaskOptions.FromRetryHandler(two).Retry!;

        Assert.Null(retry.Policy);
        Assert.True(await retry.Handler!(At(1)));
        Assert.False(await retry.Handler!(At(2)));
    }

    [Fact]
    public void An_async_handler_is_taken_as_it_is()
    {
        AsyncRetryHandler never = _ => Task.FromResult(false);
        TaskRetryOptions retry = never;

        Assert.Same(never, retry.Handler);
        Assert.Same(never, TaskOptions.FromRetryHandler(never).Retry?.Handler);
    }

    [Fact]
    public void Nothing_to_retry_by_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => new TaskRetryOptions((RetryPolicy)null!));
        Assert.Throws<ArgumentNullException>(() => new TaskRetryOptions((AsyncRetryHandler)null!));
        Assert.Throws<ArgumentNullException>(() => TaskRetryOptions.FromRetryHandler((RetryHandler)null!));
    }

    [Fact]
    public void An_instance_id_is_added_without_losing_the_rest()
    {
        TaskOptions options = new(_policy, new Dictionary<string, string> { ["pool"] = "gpu" }) { Version = "2.0" };

        SubOrchestrationOptions child = options.WithInstanceId("child-1");

        Assert.Equal("child-1", child.InstanceId);
        Assert.Same(_policy, child.Retry?.Policy);
        Assert.Equal("gpu", child.Tags?["pool"]);
        Assert.Equal("2.0", child.Version);
    }

    [Fact]
    public void A_copy_keeps_the_instance_id_unless_it_is_given_another()
    {
        SubOrchestrationOptions first = new(_policy, "first");

        Assert.Equal("first", new SubOrchestrationOptions((TaskOptions)first).InstanceId);
        Assert.Equal("second", new SubOrchestrationOptions(first, "second").InstanceId);
        Assert.Equal(first, new SubOrchestrationOptions(first));
        Assert.Equal("3.0", (first with { Version = "3.0" }).Version);
    }

    [Fact]
    public void A_version_of_none_differs_from_no_version_asked_for()
    {
        Assert.Null(new TaskOptions().Version);
        Assert.Equal(TaskVersion.Unversioned, new TaskOptions { Version = TaskVersion.Unversioned }.Version);
    }

    [Fact]
    public void Start_options_copy_every_member()
    {
        DateTimeOffset later = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
        StartOrchestrationOptions options = new(InstanceId: "job-1", StartAt: later)
        {
            Tags = new Dictionary<string, string> { ["team"] = "blue" },
            Version = "1.1",
        };

        StartOrchestrationOptions copy = options.WithDedupeStatuses(OrchestrationRuntimeStatus.Running);

        Assert.Equal("job-1", copy.InstanceId);
        Assert.Equal(later, copy.StartAt);
        Assert.Equal("blue", copy.Tags["team"]);
        Assert.Equal("1.1", copy.Version);
        Assert.Equal(["Running"], copy.DedupeStatuses);
        Assert.Null(options.DedupeStatuses);
        Assert.Empty(new StartOrchestrationOptions().Tags);
    }

    private static RetryContext At(int attempt) => new(
        new FakeContext(), attempt, new("T", "m", null, null, null), TimeSpan.Zero, CancellationToken.None);
}
