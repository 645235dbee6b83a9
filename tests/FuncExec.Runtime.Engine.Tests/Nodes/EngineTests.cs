namespace FuncExec.Runtime.Engine.Tests.Nodes;

/// <summary>
/// Tests of what an author sees of the engine. Each class is run twice: with instances kept live between their turns, and
/// with every instance rebuilt from its history for every turn.
/// </summary>
public abstract class EngineTests : IAsyncLifetime
{
    private protected EngineTests(bool live) => Node.Options.MaxLiveInstances = live ? 1_000 : 0;

    private protected Node Node { get; } = new();

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Node.DisposeAsync();
}
