using Microsoft.Extensions.Configuration;
#if EMBEDDED_RUNTIME
using FuncExec.Runtime.Functions;
using FuncExec.Runtime.Functions.Settings;
#endif

namespace FuncExec.WorkerFunctions.Settings;

/// <summary>Where the hub is, which the ledger follows unless it is set otherwise. The official host's hubs are none to follow.</summary>
/// <param name="IsPostgreSql">Whether it is in PostgreSQL.</param>
/// <param name="Name">Its name, or null where the official host has it.</param>
/// <param name="ConnectionStringName">The name of its connection string, or null when none is given.</param>
internal sealed record HubPlace(bool IsPostgreSql, string? Name, string? ConnectionStringName)
{
    private static readonly HubPlace s_unknown = new(IsPostgreSql: false, Name: null, ConnectionStringName: null);

    /// <summary>Reads <c>host.json</c> and its overrides.</summary>
    internal static HubPlace Read(IConfiguration configuration)
    {
#if EMBEDDED_RUNTIME
        try
        {
            var hub = TaskHubChoice.Read(configuration);
            return new HubPlace(
                "postgresql".Equals(hub.StorageType, StringComparison.OrdinalIgnoreCase), hub.HubName, hub.ConnectionStringName);
        }
        catch (FunctionsStartException)
        {
            // The runtime's start reads them again, and ends with what is wrong.
            return s_unknown;
        }
#else
        return s_unknown;
#endif
    }
}
