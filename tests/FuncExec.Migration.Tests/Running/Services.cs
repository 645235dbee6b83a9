using FuncExec.Service.Tests.Running;

namespace FuncExec.Migration.Tests.Running;

/// <summary>The service over one place or the other.</summary>
internal static class Services
{
    /// <summary>How long a node's leases live.</summary>
    private const string Lease = "3";

    /// <summary>Over a data directory.</summary>
    public static ServiceProcess OverSqlite(string directory) => new(directory, new Dictionary<string, string>(Common()));

    /// <summary>Over a database.</summary>
    public static ServiceProcess OverPostgres(string directory, string connectionString) => new(directory, new Dictionary<string, string>(Common())
    {
        ["AzureFunctionsJobHost__extensions__durableTask__storageProvider__type"] = "postgresql",
        ["ConnectionStrings__PostgreSQL"] = connectionString,
    });

    /// <summary>Starts one that ends by itself; answers what it wrote.</summary>
    public static async Task<string> FailAsync(ServiceProcess service)
    {
        service.Launch();
        Assert.NotEqual(0, await service.WaitForExitAsync());
        return service.Log;
    }

    private static Dictionary<string, string> Common() => new()
    {
        ["FuncExec__KillGrace"] = "00:00:01",
        ["FuncExec__DrainTimeout"] = "00:00:01",
        ["FuncExec__Metrics__Enabled"] = "false",
        ["HEARTBEAT_TIMEOUT_SECONDS"] = Lease,
        ["MAX_CONCURRENT_TASKS"] = "10",
    };
}
