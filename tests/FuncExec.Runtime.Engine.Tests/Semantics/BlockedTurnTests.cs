using FuncExec.Runtime.Engine.Tests.Nodes;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>Orchestrators that never yield.</summary>
public sealed class BlockedTurnTests : IAsyncLifetime
{
    private readonly Signal _release = new();
    private readonly Node _node = new();

    public Task InitializeAsync()
    {
        _node.Options.TurnTimeout = TimeSpan.FromMilliseconds(300);
        _node.Options.ShadowReplayEvery = 0; // A replay would block as well.
        _node.Orchestrator("Block", async context =>
        {
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            _release.WaitAsync().GetAwaiter().GetResult();
        });
        _node.Orchestrator("Quick", _ => Task.FromResult("ran"));
        return _node.StartAsync();
    }

    public async Task DisposeAsync()
    {
        _release.Set();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task A_turn_that_blocks_fails_its_instance_and_the_node_goes_on()
    {
        OrchestrationMetadata end = await _node.RunAsync("Block");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal(typeof(TimeoutException).FullName, end.FailureDetails!.ErrorType);
        Assert.Contains("TurnTimeout", end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("ran", await _node.ResultAsync<string>("Quick"));
        Assert.True(_node.Engine.IsReady);
    }

    [Fact]
    public async Task Past_a_few_lost_threads_the_node_is_unready_until_they_come_back()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _node.RunAsync("Block")));

        Assert.False(_node.Engine.IsReady);
        Assert.Contains("5 threads", _node.Engine.NotReadyReason, StringComparison.Ordinal);
        _release.Set();
        await Wait.UntilAsync(() => _node.Engine.IsReady);
        Assert.Equal("ran", await _node.ResultAsync<string>("Quick"));
    }
}
