using System.Collections.Concurrent;
using System.Globalization;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres;
using FuncExec.Runtime.Sqlite;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Migration.Tests.Running;

/// <summary>A node with orchestrations that wait for everything that can be waited for. Each turn is replayed from scratch.</summary>
internal sealed class TestEngine : IAsyncDisposable
{
    public const string Hub = "engine-hub";

    private readonly DurableEngine _engine;

    private TestEngine(IHub hub, TaskCompletionSource? hold)
    {
        var options = new EngineOptions { Node = "test", ShadowReplayEvery = 1, FailOnShadowDifference = true, DrainTimeout = TimeSpan.Zero };
        _engine = new DurableEngine(hub, Register(hold), options, JsonDataConverter.Default, TimeProvider.System, NullLoggerFactory.Instance);
    }

    public DurableTaskClient Client => _engine.Client;

    public DurableEngine Engine => _engine;

    /// <summary>The activities that came to their end, by what they were given.</summary>
    public ConcurrentQueue<string> Ended { get; } = new();

    /// <summary>Starts one over a data directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="hold">Holds the activity <c>Held</c> until the engine ends, and is set when it has begun.</param>
    public static Task<TestEngine> OverSqliteAsync(string directory, TaskCompletionSource? hold = null) => StartAsync(MakeSqlite(directory), hold);

    /// <summary>Starts one over a database.</summary>
    public static Task<TestEngine> OverPostgresAsync(string connectionString) => StartAsync(MakePostgres(connectionString), null);

    public static IHub MakeSqlite(string directory) => new SqliteHubProvider().Create(Context(directory, null));

    public static IHub MakePostgres(string connectionString) => new PostgresHubProvider().Create(Context("/nowhere", connectionString));

    public async ValueTask DisposeAsync() => await _engine.DisposeAsync();

    private static async Task<TestEngine> StartAsync(IHub hub, TaskCompletionSource? hold)
    {
        var engine = new TestEngine(hub, hold);
        await engine._engine.StartAsync(CancellationToken.None);
        return engine;
    }

    private static HubContext Context(string directory, string? connectionString) => new()
    {
        DataDirectory = directory,
        HubName = Hub,
        GetConnectionString = _ => connectionString,
        LoggerFactory = NullLoggerFactory.Instance,
    };

    private TaskRegistry Register(TaskCompletionSource? hold)
    {
        var registry = new TaskRegistry();
        registry.Add(Orchestrator("Add", static async context => await context.CallActivityAsync<string>("Once", context.InstanceId)));
        registry.Add(Orchestrator("Listen", static async context =>
        {
            string first = await context.CallActivityAsync<string>("Once", context.InstanceId);
            context.SetCustomStatus(new { waits = "for the event" });
            return first + await context.WaitForExternalEvent<string>("Go");
        }));
        registry.Add(Orchestrator("Sleep", static async context =>
        {
            await context.CreateTimer(context.GetInput<TimeSpan>(), CancellationToken.None);
            return "woken";
        }));
        registry.Add(Orchestrator("Hold", static async context => await context.CallActivityAsync<string>("Held", context.InstanceId)));
        registry.Add(Orchestrator("Parent", static async context => await context.CallSubOrchestratorAsync<string>("Listen", null, new SubOrchestrationOptions(instanceId: "child"))));
        registry.Add(Orchestrator("Again", static async context =>
        {
            int round = context.GetInput<int>();
            string said = await context.WaitForExternalEvent<string>("Go");
            if (round < 2)
            {
                context.ContinueAsNew(round + 1);
                return null;
            }

            return $"{round} {said}";
        }));
        registry.Add(Orchestrator("Fail", static context => throw new InvalidOperationException(new string('x', 5_000))));
        registry.Add(Orchestrator("Bid", static async context =>
        {
            int sum = await context.Entities.CallEntityAsync<int>(new EntityInstanceId("counter", "one"), "Add", 1);
            await context.WaitForExternalEvent<string>("Go");
            return (sum + await context.Entities.CallEntityAsync<int>(new EntityInstanceId("counter", "one"), "Add", 10)).ToString(CultureInfo.InvariantCulture);
        }));
        registry.Add(Activity("Once", (call, _) => Task.CompletedTask));
        registry.Add(Activity("Held", async (call, cancellation) =>
        {
            if (hold is not null)
            {
                hold.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellation);
            }
        }));
        return registry.Add(new EntityRegistration { Name = "counter", Run = static batch => batch.RunAsync(new Counter()) });
    }

    private static OrchestratorRegistration Orchestrator(string name, Func<TaskOrchestrationContext, Task<string?>> run) => new()
    {
        Name = name,
        Run = async context => await run(context),
    };

    private ActivityRegistration Activity(string name, Func<ActivityCall, CancellationToken, Task> run) => new()
    {
        Name = name,
        Run = async (call, cancellation) =>
        {
            await run(call, cancellation);
            Ended.Enqueue(call.InstanceId);
            return "\"done\"";
        },
    };

    private sealed class Counter : TaskEntity<int>
    {
        public int Add(int amount) => State += amount;
    }
}
