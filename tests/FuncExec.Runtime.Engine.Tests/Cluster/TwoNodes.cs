using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Runtime.Engine.Tests.Cluster;

/// <summary>
/// Tests of two engines over one hub, which know of each other only what it tells them. The slow poll is off: what one leaves to
/// the other is found by signals, or by the end of a session.
/// </summary>
public abstract class TwoNodes : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("engine-hub-").FullName;
    private readonly IHub _hub;

    private protected TwoNodes()
    {
        _hub = new SqliteHubProvider().Create(new HubContext
        {
            DataDirectory = _directory,
            HubName = "Test",
            LoggerFactory = NullLoggerFactory.Instance,
        });
        A = Make("a");
        B = Make("b");
    }

    private protected Node A { get; }

    private protected Node B { get; }

    private protected IHub Hub => _hub;

    /// <summary>Opens the hub; each test starts the nodes when it has said what they have.</summary>
    public Task InitializeAsync() => _hub.OpenAsync(CancellationToken.None);

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await A.DisposeAsync();
        await B.DisposeAsync();
        await _hub.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
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

    private Node Make(string name)
    {
        var node = new Node { SharedHub = _hub };
        node.Options.Node = name;
        node.Options.LeaseTime = TimeSpan.FromSeconds(2);
        return node;
    }
}
