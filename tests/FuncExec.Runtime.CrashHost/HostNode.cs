using FuncExec.Runtime.Sqlite;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Runtime.CrashHost;

/// <summary>How the host and its judges open a data directory.</summary>
internal static class HostNode
{
    /// <summary>The hub's file.</summary>
    public static string FileIn(string directory) => Path.Combine(directory, "crash.db");

    /// <summary>A hub over the directory, not open yet.</summary>
    public static IHub CreateHub(string directory) => new SqliteHubProvider().Create(new HubContext
    {
        DataDirectory = directory,
        HubName = "crash",
        LoggerFactory = NullLoggerFactory.Instance,
    });

    /// <summary>An engine that works.</summary>
    public static async Task<DurableEngine> StartAsync(string directory, Journal journal)
    {
        var options = new EngineOptions { Node = "crash", ShadowReplayEvery = 1, FailOnShadowDifference = true };
        var engine = new DurableEngine(
            CreateHub(directory), WorkTasks.Register(journal), options, JsonDataConverter.Default, TimeProvider.System, NullLoggerFactory.Instance);
        await engine.StartAsync(CancellationToken.None);
        return engine;
    }
}
