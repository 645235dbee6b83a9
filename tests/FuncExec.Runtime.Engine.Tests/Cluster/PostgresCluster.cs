using FuncExec.Runtime.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Runtime.Engine.Tests.Cluster;

/// <summary>A hub in a schema of a PostgreSQL, with a hub object for each node, as processes have it.</summary>
internal sealed class PostgresCluster(PostgresServerFixture fixture) : IClusterPlace
{
    private readonly string _name = "h" + Guid.NewGuid().ToString("N");
    private readonly List<IHub> _hubs = [];

    public async Task<IHub> OpenHubAsync()
    {
        IHub hub = new PostgresHubProvider().Create(new HubContext
        {
            DataDirectory = "",
            HubName = _name,
            GetConnectionString = _ => fixture.Server.ConnectionString(),
            LoggerFactory = NullLoggerFactory.Instance,
        });
        _hubs.Add(hub);
        await hub.OpenAsync(CancellationToken.None);
        return hub;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IHub hub in _hubs)
        {
            await hub.DisposeAsync();
        }

        await fixture.Server.ExecuteAsync($"DROP SCHEMA funcexec_{_name} CASCADE");
    }
}
