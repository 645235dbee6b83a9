using FuncExec.Runtime.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Runtime.Engine.Tests.Cluster;

/// <summary>A hub in a SQLite file, whose nodes are engines of one process over one object.</summary>
internal sealed class SqliteCluster : IClusterPlace
{
    private readonly string _directory = Directory.CreateTempSubdirectory("engine-hub-").FullName;
    private IHub? _hub;

    public async Task<IHub> OpenHubAsync()
    {
        if (_hub is null)
        {
            _hub = new SqliteHubProvider().Create(new HubContext
            {
                DataDirectory = _directory,
                HubName = "Test",
                LoggerFactory = NullLoggerFactory.Instance,
            });
            await _hub.OpenAsync(CancellationToken.None);
        }

        return _hub;
    }

    public async ValueTask DisposeAsync()
    {
        await _hub!.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
