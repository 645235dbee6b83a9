using FuncExec.HubContract;
using FuncExec.Runtime.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Runtime.Sqlite.Tests;

/// <summary>A data directory for one test.</summary>
internal sealed class SqlitePlace : HubPlace
{
    private readonly ManualTimeProvider _time = new();

    /// <summary>The directory.</summary>
    internal string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("sqlite-hub-").FullName;

    /// <summary>The hub's file.</summary>
    internal string File => Path.Combine(Directory, "hub.db");

    /// <summary>The file's write-ahead log.</summary>
    internal string Log => File + "-wal";

    public override IHub CreateHub() => CreateHub(Directory);

    /// <summary>Makes a hub in another directory, with this place's clock.</summary>
    internal IHub CreateHub(string directory) => new SqliteHubProvider().Create(new HubContext
    {
        DataDirectory = directory,
        HubName = "Hub",
        Time = _time,
        LoggerFactory = NullLoggerFactory.Instance,
    });

    public override Task LetTimePassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        System.IO.Directory.Delete(Directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}
