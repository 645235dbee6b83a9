using System.Diagnostics;
using FuncExec.Service.Tests.Running;
using FuncExec.Tests.Shared;

namespace FuncExec.Service.Tests.Nodes;

/// <summary>Tests of some nodes, each a process of its own with a data directory of its own, over a PostgreSQL of the test's.</summary>
public abstract class NodesTests : IAsyncLifetime
{
    private readonly List<ServiceProcess> _nodes = [];
    private PostgresServer? _server;
    private string _connectionString = "";

    private protected DataDirectory Data { get; } = new();

    private protected PostgresServer Server => _server!;

    private protected string ConnectionString => _connectionString;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        _connectionString = await _server.CreateDatabaseAsync();
    }

    /// <inheritdoc/>
    public virtual async Task DisposeAsync()
    {
        foreach (ServiceProcess node in _nodes.Where(static node => node.IsRunning))
        {
            await SignalAsync(node, "CONT");
            await node.DisposeAsync();
        }

        await _server!.DisposeAsync();
        Data.Dispose();
    }

    /// <summary>A node, not started.</summary>
    /// <param name="name">Its name, and that of its data directory.</param>
    /// <param name="settings">What it has besides the hub.</param>
    private protected ServiceProcess Make(string name, params (string Name, string Value)[] settings) => Make(name, name, settings);

    private protected ServiceProcess Make(string name, string directory, params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>
        {
            ["AzureFunctionsJobHost__extensions__durableTask__storageProvider__type"] = "postgresql",
            ["ConnectionStrings__PostgreSQL"] = _connectionString,
            ["WORKER_ID"] = name,
            ["HEARTBEAT_TIMEOUT_SECONDS"] = "3",
        };
        foreach ((string setting, string value) in settings)
        {
            all[setting] = value;
        }

        var node = new ServiceProcess(Data.File(directory), all);
        _nodes.Add(node);
        return node;
    }

    private protected async Task<ServiceProcess> StartAsync(string name, params (string Name, string Value)[] settings)
    {
        ServiceProcess node = Make(name, settings);
        await node.StartAsync();
        return node;
    }

    private protected static async Task SignalAsync(ServiceProcess node, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{node.ProcessId}"]);
        await kill.WaitForExitAsync();
    }
}
