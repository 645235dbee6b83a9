using System.Diagnostics;
using FuncExec.Benchmarks.Measuring;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres;
using FuncExec.Runtime.Sqlite;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;

namespace FuncExec.Benchmarks.Workloads;

/// <summary>
/// An engine with its default options over the SQLite hub in a directory, in this process; or over the PostgreSQL whose connection
/// string the directory holds.
/// </summary>
internal sealed class Node : IAsyncDisposable
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(3);

    /// <summary>There is more code on the way to a server, and it runs less often a second.</summary>
    private static readonly TimeSpan s_warmUpOverPostgres = TimeSpan.FromSeconds(12);

    private readonly DurableEngine _engine;

    private Node(DurableEngine engine, ActivityMarks marks)
    {
        _engine = engine;
        Marks = marks;
    }

    public DurableTaskClient Client => _engine.Client;

    public EngineStatistics Statistics => _engine.Statistics;

    public ActivityMarks Marks { get; }

    /// <summary>From now on nodes over a directory are over a PostgreSQL.</summary>
    public static Task UsePostgresAsync(string directory, string connectionString) => File.WriteAllTextAsync(PostgresFile(directory), connectionString);

    /// <summary>The PostgreSQL that nodes over a directory use, or null.</summary>
    public static string? ConnectionString(string directory) => File.Exists(PostgresFile(directory)) ? File.ReadAllText(PostgresFile(directory)) : null;

    /// <summary>Starts over a directory.</summary>
    /// <param name="directory">Where.</param>
    /// <param name="holding">How many activities of <see cref="BenchmarkTasks.Hold"/> it holds at once, and ends none; 0 for a usual node.</param>
    public static async Task<Node> StartAsync(string directory, int holding = 0)
    {
        var log = new ErrorLog();
        var marks = new ActivityMarks();
        string? server = ConnectionString(directory);
        IHubProvider provider = server is null ? new SqliteHubProvider() : new PostgresHubProvider();
        IHub hub = provider.Create(new HubContext { DataDirectory = directory, HubName = "benchmark", GetConnectionString = _ => server, LoggerFactory = log });
        var options = new EngineOptions();
        options.MaxConcurrentActivities = Math.Max(options.MaxConcurrentActivities, holding);
        var engine = new DurableEngine(
            hub, BenchmarkTasks.Register(marks, holding > 0), options, JsonDataConverter.Default, TimeProvider.System, log);
        await engine.StartAsync(CancellationToken.None);
        return new Node(engine, marks);
    }

    /// <summary>Starts over a directory and works until the code that matters has been compiled well.</summary>
    public static async Task<Node> StartWarmAsync(string directory)
    {
        Node node = await StartAsync(directory);
        long start = Stopwatch.GetTimestamp();
        TimeSpan warmUp = ConnectionString(directory) is null ? s_warmUp : s_warmUpOverPostgres;
        while (Stopwatch.GetElapsedTime(start) < warmUp)
        {
            await node.RunAsync(BenchmarkTasks.FanOut, 1_000);
            await node.RunAsync(BenchmarkTasks.Sequence, 200);
            await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => node.RunAsync(BenchmarkTasks.OneStep)));
        }

        return node;
    }

    /// <summary>Starts an orchestration and waits for its end.</summary>
    /// <exception cref="InvalidOperationException">It did not complete.</exception>
    public async Task<OrchestrationMetadata> RunAsync(TaskName name, object? input = null)
    {
        string id = await Client.ScheduleNewOrchestrationInstanceAsync(name, input);
        return await EndOfAsync(id);
    }

    /// <summary>Waits for an instance's end.</summary>
    /// <exception cref="InvalidOperationException">It did not complete.</exception>
    public async Task<OrchestrationMetadata> EndOfAsync(string id)
    {
        OrchestrationMetadata end = await Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true);
        return end.RuntimeStatus == OrchestrationRuntimeStatus.Completed
            ? end
            : throw new InvalidOperationException($"{end.Name} ended as {end.RuntimeStatus}: {end.FailureDetails?.ErrorMessage}");
    }

    private static string PostgresFile(string directory) => Path.Combine(directory, "postgresql");

    public ValueTask DisposeAsync() => _engine.DisposeAsync();
}
