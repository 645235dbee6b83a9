using System.Diagnostics;
using System.Globalization;
using FuncExec.Service.Tests.Running;
using FuncExec.Tests.Shared;
using Npgsql;

namespace FuncExec.Chaos.Tests.Running;

/// <summary>One node: a process of its own, with a data directory of its own, that reaches the database through a proxy of its own.</summary>
internal sealed class Node : IAsyncDisposable
{
    private Node(string name, string connectionString, int databasePort, string directory, string? executable, params (string Name, string Value)[] settings)
    {
        Name = name;
        Proxy = new FaultProxy(databasePort);
        var database = new NpgsqlConnectionStringBuilder(connectionString) { Port = Proxy.Port, CommandTimeout = 5, Timeout = 5 };
        var all = new Dictionary<string, string>
        {
            ["AzureFunctionsJobHost__extensions__durableTask__storageProvider__type"] = "postgresql",
            ["ConnectionStrings__PostgreSQL"] = database.ConnectionString,
            ["WORKER_ID"] = Name,
            ["HEARTBEAT_TIMEOUT_SECONDS"] = $"{Cluster.Lease.TotalSeconds}",
            ["FuncExec__KillGrace"] = "00:00:01",
            ["FuncExec__DrainTimeout"] = "00:00:02",
            ["MAX_CONCURRENT_TASKS"] = "10",
        };
        foreach ((string setting, string value) in settings)
        {
            all[setting] = value;
        }

        Service = new ServiceProcess(Path.Combine(directory, Name), all, executable);
    }

    public string Name { get; }

    public ServiceProcess Service { get; }

    public FaultProxy Proxy { get; }

    /// <summary>A node whose clock is wrong.</summary>
    public static Node Make(int number, string connectionString, int databasePort, string directory, TimeSpan shift) => new(
        $"node-{number.ToString(CultureInfo.InvariantCulture)}",
        connectionString,
        databasePort,
        directory,
        shift == TimeSpan.Zero ? null : PathOf("FuncExec.Chaos.Host"),
        ("CHAOS_CLOCK_SHIFT", shift.ToString("c", CultureInfo.InvariantCulture)));

    /// <summary>A node of this release or the next, whose leases outlive a slow machine, and whose commands have the time that they need when it drains.</summary>
    public static Node Make(string name, string connectionString, int databasePort, string directory, bool isNext) => new(
        name, connectionString, databasePort, directory, isNext ? PathOf("FuncExec.Next.Host") : null,
        ("HEARTBEAT_TIMEOUT_SECONDS", "15"), ("FuncExec__DrainTimeout", "01:00:00"), ("LOG_LEVEL", "warning"));

    /// <summary>Stops its process where it is, or lets it go on. Its commands go on all the time.</summary>
    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{Service.ProcessId}"]);
        await kill.WaitForExitAsync();
    }

    private static string PathOf(string host) =>
        Path.Combine(ServiceProcess.RepositoryRoot(), "tests", host, "bin", ServiceProcess.Configuration(), "net10.0", host);

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Proxy.DisposeAsync();
    }
}
