using System.Diagnostics;
using System.Globalization;
using FuncExec.Service.Tests.Running;
using FuncExec.Tests.Shared;
using Npgsql;

namespace FuncExec.Chaos.Tests.Running;

/// <summary>One node: a process of its own, with a data directory of its own, that reaches the database through a proxy of its own.</summary>
internal sealed class Node : IAsyncDisposable
{
    private Node(int number, string connectionString, int databasePort, string directory, TimeSpan shift)
    {
        Name = $"node-{number.ToString(CultureInfo.InvariantCulture)}";
        Proxy = new FaultProxy(databasePort);
        var database = new NpgsqlConnectionStringBuilder(connectionString) { Port = Proxy.Port, CommandTimeout = 5, Timeout = 5 };
        Service = new ServiceProcess(
            Path.Combine(directory, Name),
            new Dictionary<string, string>
            {
                ["AzureFunctionsJobHost__extensions__durableTask__storageProvider__type"] = "postgresql",
                ["ConnectionStrings__PostgreSQL"] = database.ConnectionString,
                ["WORKER_ID"] = Name,
                ["HEARTBEAT_TIMEOUT_SECONDS"] = $"{Cluster.Lease.TotalSeconds}",
                ["FuncExec__KillGrace"] = "00:00:01",
                ["FuncExec__DrainTimeout"] = "00:00:02",
                ["MAX_CONCURRENT_TASKS"] = "10",
                ["CHAOS_CLOCK_SHIFT"] = shift.ToString("c", CultureInfo.InvariantCulture),
            },
            shift == TimeSpan.Zero ? null : HostPath);
    }

    public string Name { get; }

    public ServiceProcess Service { get; }

    public FaultProxy Proxy { get; }

    private static string HostPath { get; } = Path.Combine(
        ServiceProcess.RepositoryRoot(), "tests", "FuncExec.Chaos.Host", "bin", ServiceProcess.Configuration(), "net10.0", "FuncExec.Chaos.Host");

    public static Node Make(int number, string connectionString, int databasePort, string directory, TimeSpan shift) =>
        new(number, connectionString, databasePort, directory, shift);

    /// <summary>Stops its process where it is, or lets it go on. Its commands go on all the time.</summary>
    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{Service.ProcessId}"]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Proxy.DisposeAsync();
    }
}
