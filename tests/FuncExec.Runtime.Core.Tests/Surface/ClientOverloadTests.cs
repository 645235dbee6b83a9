using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;

namespace FuncExec.Runtime.Tests.Surface;

/// <summary>Every overload of the client, called as an app calls it, ends in the one that a client implements.</summary>
public sealed class ClientOverloadTests
{
    private readonly Mock<DurableTaskClient> _mock = new("hub") { CallBase = true };
    private readonly CancellationTokenSource _source = new();

    private DurableTaskClient Client => _mock.Object;

    private CancellationToken Token => _source.Token;

    [Fact]
    public async Task Starting()
    {
        StartOrchestrationOptions options = new("job-1");

        await Client.ScheduleNewOrchestrationInstanceAsync("Run");
        await Client.ScheduleNewOrchestrationInstanceAsync("Run", Token);
        await Client.ScheduleNewOrchestrationInstanceAsync("Run", "input");
        await Client.ScheduleNewOrchestrationInstanceAsync("Run", "input", Token);
        await Client.ScheduleNewOrchestrationInstanceAsync("Run", options);
        await Client.ScheduleNewOrchestrationInstanceAsync("Run", options, Token);
        await Client.ScheduleNewOrchestrationInstanceAsync("Run", "input", options, cancellation: Token);

        _mock.Verify(c => c.ScheduleNewOrchestrationInstanceAsync("Run", null, null, default), Times.Once);
        _mock.Verify(c => c.ScheduleNewOrchestrationInstanceAsync("Run", null, null, Token), Times.Once);
        _mock.Verify(c => c.ScheduleNewOrchestrationInstanceAsync("Run", "input", null, default), Times.Once);
        _mock.Verify(c => c.ScheduleNewOrchestrationInstanceAsync("Run", "input", null, Token), Times.Once);
        _mock.Verify(c => c.ScheduleNewOrchestrationInstanceAsync("Run", null, options, default), Times.Once);
        _mock.Verify(c => c.ScheduleNewOrchestrationInstanceAsync("Run", null, options, Token), Times.Once);
        _mock.Verify(c => c.ScheduleNewOrchestrationInstanceAsync("Run", "input", options, Token), Times.Once);
        Assert.Equal("hub", Client.Name);
    }

    [Fact]
    public async Task Raising_events()
    {
        await Client.RaiseEventAsync("job-1", "approve");
        await Client.RaiseEventAsync("job-1", "approve", Token);
        await Client.RaiseEventAsync("job-1", "approve", "yes", Token);

        _mock.Verify(c => c.RaiseEventAsync("job-1", "approve", null, default), Times.Once);
        _mock.Verify(c => c.RaiseEventAsync("job-1", "approve", null, Token), Times.Once);
        _mock.Verify(c => c.RaiseEventAsync("job-1", "approve", "yes", Token), Times.Once);
    }

    [Fact]
    public async Task Waiting()
    {
        await Client.WaitForInstanceStartAsync("job-1", Token);
        await Client.WaitForInstanceStartAsync("job-1", getInputsAndOutputs: true);
        await Client.WaitForInstanceCompletionAsync("job-1", Token);
        await Client.WaitForInstanceCompletionAsync("job-1", getInputsAndOutputs: true, Token);

        _mock.Verify(c => c.WaitForInstanceStartAsync("job-1", false, Token), Times.Once);
        _mock.Verify(c => c.WaitForInstanceStartAsync("job-1", true, default), Times.Once);
        _mock.Verify(c => c.WaitForInstanceCompletionAsync("job-1", false, Token), Times.Once);
        _mock.Verify(c => c.WaitForInstanceCompletionAsync("job-1", true, Token), Times.Once);
    }

    [Fact]
    public async Task Terminating()
    {
        TerminateInstanceOptions options = new("why", Recursive: true);
        _mock.Setup(c => c.TerminateInstanceAsync("job-1", It.IsAny<TerminateInstanceOptions?>(), It.IsAny<CancellationToken>()))
            .Returns(Task.CompletedTask);

        await Client.TerminateInstanceAsync("job-1");
        await Client.TerminateInstanceAsync("job-1", Token);
        await Client.TerminateInstanceAsync("job-1", "why", Token);
        await Client.TerminateInstanceAsync("job-1", options, Token);

        _mock.Verify(c => c.TerminateInstanceAsync("job-1", (TerminateInstanceOptions?)null, default), Times.Once);
        _mock.Verify(c => c.TerminateInstanceAsync("job-1", (TerminateInstanceOptions?)null, Token), Times.Once);
        _mock.Verify(c => c.TerminateInstanceAsync("job-1", new TerminateInstanceOptions("why", false), Token), Times.Once);
        _mock.Verify(c => c.TerminateInstanceAsync("job-1", options, Token), Times.Once);
    }

    [Fact]
    public async Task Suspending_and_resuming()
    {
        await Client.SuspendInstanceAsync("job-1", Token);
        await Client.SuspendInstanceAsync("job-1", "why", Token);
        await Client.ResumeInstanceAsync("job-1", Token);
        await Client.ResumeInstanceAsync("job-1", "why");

        _mock.Verify(c => c.SuspendInstanceAsync("job-1", null, Token), Times.Once);
        _mock.Verify(c => c.SuspendInstanceAsync("job-1", "why", Token), Times.Once);
        _mock.Verify(c => c.ResumeInstanceAsync("job-1", null, Token), Times.Once);
        _mock.Verify(c => c.ResumeInstanceAsync("job-1", "why", default), Times.Once);
    }

    [Fact]
    public async Task Asking()
    {
        OrchestrationMetadata metadata = new("Run", "job-1");
        _mock.Setup(c => c.GetInstancesAsync("job-1", It.IsAny<bool>(), It.IsAny<CancellationToken>())).ReturnsAsync(metadata);

        Assert.Same(metadata, await Client.GetInstanceAsync("job-1"));
        Assert.Same(metadata, await Client.GetInstanceAsync("job-1", Token));
        Assert.Same(metadata, await Client.GetInstanceAsync("job-1", true, Token));
        Assert.Same(metadata, await Client.GetInstancesAsync("job-1", Token));

        _mock.Verify(c => c.GetInstancesAsync("job-1", false, default), Times.Once);
        _mock.Verify(c => c.GetInstancesAsync("job-1", false, Token), Times.Exactly(2));
        _mock.Verify(c => c.GetInstancesAsync("job-1", true, Token), Times.Once);
    }

    [Fact]
    public async Task Listing()
    {
        OrchestrationQuery query = new(
            Statuses: [OrchestrationRuntimeStatus.Failed], InstanceIdPrefix: "job-", FetchInputsAndOutputs: true);
        _mock.Setup(c => c.GetAllInstancesAsync(query)).Returns(Pageable.Create<OrchestrationMetadata>(
            (_, _) => Task.FromResult(new Page<OrchestrationMetadata>([new("Run", "job-1")]))));

        List<string> ids = [];
        await foreach (OrchestrationMetadata metadata in Client.GetAllInstancesAsync(query))
        {
            ids.Add(metadata.InstanceId);
        }

        Assert.Equal(["job-1"], ids);
        Assert.Equal(100, query.PageSize);
    }

    [Fact]
    public async Task Purging()
    {
        PurgeInstanceOptions recursive = new(Recursive: true);
        DateTimeOffset from = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        PurgeInstancesFilter filter = new(from);
        OrchestrationRuntimeStatus[] statuses = [OrchestrationRuntimeStatus.Failed];
        _mock.Setup(c => c.PurgeInstanceAsync("job-1", It.IsAny<PurgeInstanceOptions?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new PurgeResult(1));
        _mock.Setup(c => c.PurgeAllInstancesAsync(
                It.IsAny<PurgeInstancesFilter>(), It.IsAny<PurgeInstanceOptions?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new PurgeResult(2, true));

        Assert.Equal(1, (await Client.PurgeInstanceAsync("job-1")).PurgedInstanceCount);
        await Client.PurgeInstanceAsync("job-1", Token);
        await Client.PurgeInstanceAsync("job-1", recursive, Token);
        Assert.Equal(2, (await Client.PurgeAllInstancesAsync(filter)).PurgedInstanceCount);
        await Client.PurgeAllInstancesAsync(filter, Token);
        await Client.PurgeInstancesAsync(from, null, Token);
        await Client.PurgeInstancesAsync(from, null, recursive, Token);
        await Client.PurgeInstancesAsync(from, null, statuses, Token);
        await Client.PurgeInstancesAsync(from, null, statuses, recursive, Token);

        _mock.Verify(c => c.PurgeInstanceAsync("job-1", null, default), Times.Once);
        _mock.Verify(c => c.PurgeInstanceAsync("job-1", null, Token), Times.Once);
        _mock.Verify(c => c.PurgeInstanceAsync("job-1", recursive, Token), Times.Once);
        _mock.Verify(c => c.PurgeAllInstancesAsync(filter, null, default), Times.Once);
        _mock.Verify(c => c.PurgeAllInstancesAsync(filter, null, Token), Times.Exactly(2));
        _mock.Verify(c => c.PurgeAllInstancesAsync(filter, recursive, Token), Times.Once);
        _mock.Verify(c => c.PurgeAllInstancesAsync(new PurgeInstancesFilter(from, null, statuses), null, Token), Times.Once);
        _mock.Verify(c => c.PurgeAllInstancesAsync(new PurgeInstancesFilter(from, null, statuses), recursive, Token), Times.Once);
    }

    [Fact]
    public async Task What_is_not_offered_names_itself()
    {
        await NotOffered(nameof(Client.RestartAsync), () => Client.RestartAsync("job-1", restartWithNewInstanceId: true));
        await NotOffered(nameof(Client.RewindInstanceAsync), () => Client.RewindInstanceAsync("job-1", "why", Token));
        await NotOffered(nameof(Client.GetOrchestrationHistoryAsync), () => Client.GetOrchestrationHistoryAsync("job-1"));
        await NotOffered(nameof(Client.ListInstanceIdsAsync), () => Client.ListInstanceIdsAsync(pageSize: 10));
        await NotOffered(nameof(Client.TerminateInstanceAsync), () => Client.TerminateInstanceAsync("job-1"));
        await NotOffered(nameof(Client.PurgeInstanceAsync), () => Client.PurgeInstanceAsync("job-1"));
        await NotOffered(nameof(Client.PurgeAllInstancesAsync), () => Client.PurgeAllInstancesAsync(new()));
    }

    private static async Task NotOffered(string member, Func<Task> call) => Assert.StartsWith(
        $"{member} is not offered by ", (await Assert.ThrowsAsync<NotSupportedException>(call)).Message);
}
