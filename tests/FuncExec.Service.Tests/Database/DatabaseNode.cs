using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Database;

/// <summary>Makes nodes that keep everything in a PostgreSQL.</summary>
internal static class DatabaseNode
{
    /// <summary>A node of this name, with a data directory of its own.</summary>
    public static ServiceProcess Make(DataDirectory data, string name, string connectionString, params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>
        {
            ["AzureFunctionsJobHost__extensions__durableTask__storageProvider__type"] = "postgresql",
            ["ConnectionStrings__PostgreSQL"] = connectionString,
            ["WORKER_ID"] = name,
            ["FuncExec__Labels"] = name,
            ["FuncExec__KillGrace"] = "00:00:01",
        };
        foreach ((string setting, string value) in settings)
        {
            all[setting] = value;
        }

        return new ServiceProcess(Path.Combine(data.Data, name), all);
    }
}
