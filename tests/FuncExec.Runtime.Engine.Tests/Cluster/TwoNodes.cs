using FuncExec.Runtime.Engine.Tests.Nodes;

namespace FuncExec.Runtime.Engine.Tests.Cluster;

/// <summary>
/// Tests of two engines over one hub, which know of each other only what it tells them. The slow poll is off: what one leaves to
/// the other is found by signals, or by the end of a session. A class for each store derives.
/// </summary>
public abstract class TwoNodes : IAsyncLifetime
{
    private readonly IClusterPlace _place;

    private protected TwoNodes(IClusterPlace place)
    {
        _place = place;
        A = Make("a");
        B = Make("b");
    }

    private protected Node A { get; }

    private protected Node B { get; }

    /// <summary>Opens the hub; each test starts the nodes when it has said what they have.</summary>
    public virtual async Task InitializeAsync()
    {
        await ShareHubAsync(A);
        await ShareHubAsync(B);
    }

    /// <inheritdoc/>
    public virtual async Task DisposeAsync()
    {
        await A.DisposeAsync();
        await B.DisposeAsync();
        await _place.DisposeAsync();
    }

    /// <summary>Says something of both nodes.</summary>
    private protected void Both(Action<Node> say)
    {
        say(A);
        say(B);
    }

    private protected async Task StartAsync()
    {
        await A.StartAsync();
        await B.StartAsync();
    }

    private protected async Task ShareHubAsync(Node node) => node.SharedHub = await _place.OpenHubAsync();

    private protected static Node Make(string name)
    {
        var node = new Node();
        node.Options.Node = name;
        node.Options.LeaseTime = TimeSpan.FromSeconds(2);
        return node;
    }
}
