using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;

namespace FuncExec.Runtime.Tests.Surface;

public sealed class OrchestrationMetadataTests
{
    [Fact]
    public void Values_that_were_not_asked_for_cannot_be_read()
    {
        OrchestrationMetadata metadata = new("Run", "job-1") { SerializedOutput = "1" };

        Assert.Contains("ReadInputAs", Assert.Throws<InvalidOperationException>(() => metadata.ReadInputAs<int>()).Message);
        Assert.Contains("ReadOutputAs", Assert.Throws<InvalidOperationException>(() => metadata.ReadOutputAs<int>()).Message);
        Assert.Contains(
            "ReadCustomStatusAs", Assert.Throws<InvalidOperationException>(() => metadata.ReadCustomStatusAs<int>()).Message);
    }

    [Fact]
    public void Values_that_were_asked_for_are_read_and_missing_ones_are_defaults()
    {
        OrchestrationMetadata metadata = new("Run", "job-1")
        {
            DataConverter = JsonDataConverter.Default,
            SerializedInput = "[1,2]",
            SerializedCustomStatus = "\"half way\"",
        };

        Assert.Equal([1, 2], metadata.ReadInputAs<List<int>>());
        Assert.Equal("half way", metadata.ReadCustomStatusAs<string>());
        Assert.Equal(0, metadata.ReadOutputAs<int>());
        Assert.Null(metadata.ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Pending, false, false)]
    [InlineData(OrchestrationRuntimeStatus.Running, true, false)]
    [InlineData(OrchestrationRuntimeStatus.Suspended, false, false)]
    [InlineData(OrchestrationRuntimeStatus.Completed, false, true)]
    [InlineData(OrchestrationRuntimeStatus.Failed, false, true)]
    [InlineData(OrchestrationRuntimeStatus.Terminated, false, true)]
    public void Running_is_one_status_and_completed_is_three(OrchestrationRuntimeStatus status, bool running, bool completed)
    {
        OrchestrationMetadata metadata = new("Run", "job-1") { RuntimeStatus = status };

        Assert.Equal(running, metadata.IsRunning);
        Assert.Equal(completed, metadata.IsCompleted);
    }

    [Fact]
    public void Statuses_have_the_official_numbers() => Assert.Equal(
        [0, 1, 2, 3, 4, 5, 6, 7],
        new[] { "Running", "Completed", "ContinuedAsNew", "Failed", "Canceled", "Terminated", "Pending", "Suspended" }
            .Select(name => (int)Enum.Parse<OrchestrationRuntimeStatus>(name)));

    [Fact]
    public void As_text_it_shows_the_beginning_of_long_values()
    {
        OrchestrationMetadata metadata = new("Run", "job-1")
        {
            RuntimeStatus = OrchestrationRuntimeStatus.Failed,
            CreatedAt = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero),
            SerializedInput = new string('x', 51),
            FailureDetails = new TaskFailureDetails("T", "short", null, null, null),
        };

        Assert.Equal(
            "[Name: 'Run', ID: 'job-1', RuntimeStatus: Failed, CreatedAt: 2030-01-02T03:04:05, "
            + $"LastUpdatedAt: 0001-01-01T00:00:00, Input: '{new string('x', 50)}...', FailureDetails: 'T - short']",
            metadata.ToString());
    }

    [Fact]
    public void A_purge_cannot_have_deleted_less_than_nothing()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PurgeResult(-1));
        Assert.Null(new PurgeResult(2).IsComplete);
        Assert.True(new PurgeResult(2, true).IsComplete);
    }
}
