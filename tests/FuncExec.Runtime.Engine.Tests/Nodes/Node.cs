using FuncExec.Runtime.History;
using FuncExec.Runtime.Sqlite;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Runtime.Engine.Tests.Nodes;

/// <summary>
/// A node over an SQLite file of its own, which may be stopped, killed and started again. Every turn is replayed from
/// scratch; a difference fails the test.
/// </summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("engine-").FullName;
    private readonly Dictionary<string, OrchestratorRegistration> _orchestrators = [];
    private readonly Dictionary<string, ActivityRegistration> _activities = [];
    private readonly Dictionary<string, EntityRegistration> _entities = [];
    private readonly KeptLog _log = new(LogLevel.Warning);
    private MortalHub? _mortal;
    private DurableEngine? _engine;
    private long _shadowDifferences;

    /// <summary>The slow poll is off: only the engine's own care brings instances to their ends.</summary>
    public EngineOptions Options { get; } = new()
    {
        Node = "test",
        ShadowReplayEvery = 1,
        FailOnShadowDifference = true,
        SafetyPollInterval = TimeSpan.FromDays(1),
    };

    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>What stands between the engine and the store, the store's own decorator included.</summary>
    public Func<IHub, IHub> Decorate { get; set; } = static hub => hub;

    /// <summary>An open hub that other nodes use too, in place of one of this node's own.</summary>
    public IHub? SharedHub { get; set; }

    /// <summary>How many shadow replays may differ: 0 unless a test is about it.</summary>
    public long AllowedShadowDifferences { get; set; }

    public DurableEngine Engine => _engine ?? throw new InvalidOperationException("The node is not running.");

    public DurableTaskClient Client => Engine.Client;

    /// <summary>Errors that were logged.</summary>
    public IEnumerable<string> Errors => _log.Entries.Where(static entry => !entry.StartsWith(nameof(LogLevel.Warning), StringComparison.Ordinal));

    /// <summary>Warnings that were logged.</summary>
    public IEnumerable<string> Warnings => _log.Entries.Except(Errors);

    public string DirectoryName => _directory;

    /// <summary>Adds an orchestrator, or replaces it for the next start.</summary>
    public Node Orchestrator<T>(string name, Func<TaskOrchestrationContext, Task<T>> run) => Add(new OrchestratorRegistration
    {
        Name = name,
        Run = async context => await run(context),
    });

    /// <summary>Adds an orchestrator without a result.</summary>
    public Node Orchestrator(string name, Func<TaskOrchestrationContext, Task> run) => Add(new OrchestratorRegistration
    {
        Name = name,
        Run = async context =>
        {
            await run(context);
            return null;
        },
    });

    public Node Add(OrchestratorRegistration orchestrator)
    {
        _orchestrators[orchestrator.Name] = orchestrator;
        return this;
    }

    public Node Forget(string name)
    {
        _orchestrators.Remove(name);
        _activities.Remove(name);
        return this;
    }

    /// <summary>Adds an activity.</summary>
    public Node Activity<TIn, TOut>(string name, Func<TIn, TOut> run) => ActivityAsync<TIn, TOut>(name, (input, _) => Task.FromResult(run(input)));

    /// <summary>Adds an activity.</summary>
    public Node ActivityAsync<TIn, TOut>(string name, Func<TIn, CancellationToken, Task<TOut>> run) => Add(new ActivityRegistration
    {
        Name = name,
        Run = async (call, cancellation) => JsonDataConverter.Default.Serialize(
            await run(call.Input is null ? default! : JsonDataConverter.Default.Deserialize<TIn>(call.Input)!, cancellation)),
    });

    public Node Add(ActivityRegistration activity)
    {
        _activities[activity.Name] = activity;
        return this;
    }

    /// <summary>Adds an entity; each batch gets one of its own.</summary>
    public Node Entity<T>(string name)
        where T : ITaskEntity, new() => Entity(name, static () => new T());

    /// <summary>Adds an entity.</summary>
    public Node Entity(string name, Func<ITaskEntity> make)
    {
        _entities[name] = new EntityRegistration { Name = name, Run = batch => batch.RunAsync(make()) };
        return this;
    }

    public Node Add(EntityRegistration entity)
    {
        _entities[entity.Name] = entity;
        return this;
    }

    public async Task<Node> StartAsync()
    {
        var registry = new TaskRegistry();
        _orchestrators.Values.ToList().ForEach(orchestrator => registry.Add(orchestrator));
        _activities.Values.ToList().ForEach(activity => registry.Add(activity));
        _entities.Values.ToList().ForEach(entity => registry.Add(entity));
        _mortal = SharedHub is null ? new MortalHub(CreateHub()) : new MortalHub(SharedHub, isShared: true);
        _engine = new DurableEngine(Decorate(_mortal), registry, Options, JsonDataConverter.Default, Time, _log);
        await _engine.StartAsync(CancellationToken.None);
        return this;
    }

    /// <summary>A hub over this node's file, not open yet.</summary>
    public IHub CreateHub() => new SqliteHubProvider().Create(new HubContext
    {
        DataDirectory = _directory,
        HubName = "Test",
        LoggerFactory = NullLoggerFactory.Instance,
    });

    /// <summary>Reads from the running node's store.</summary>
    public Task<T> StoreAsync<T>(Func<IHub, Task<T>> read) => read(_mortal!);

    /// <summary>The running node's session.</summary>
    public long Session => _mortal!.Session;

    /// <summary>Called after every committed turn, before the engine learns of it.</summary>
    public void AfterEachCommit(Action action)
    {
        MortalHub hub = _mortal!;
        hub.AfterCommit = () =>
        {
            // A commit of a node that is dead already must not touch the one that followed it.
            if (hub == _mortal)
            {
                action();
            }
        };
    }

    /// <summary>Ends the node in order.</summary>
    public async Task StopAsync()
    {
        if (_engine is { } engine)
        {
            _engine = null;
            await engine.DisposeAsync();
            _shadowDifferences += engine.Statistics.ShadowDifferences;
        }
    }

    /// <summary>No call of the engine is executed or answered from now on.</summary>
    public void Kill() => _mortal!.Kill();

    /// <summary>Ends the node as the death of its process would.</summary>
    public async Task CrashAsync()
    {
        Kill();
        TimeSpan patience = Options.DrainTimeout;
        Options.DrainTimeout = TimeSpan.Zero;
        await StopAsync();
        Options.DrainTimeout = patience;
    }

    /// <summary>Ends the node as the death of its process would, and starts it again.</summary>
    public async Task CrashAndStartAsync()
    {
        await CrashAsync();
        await StartAsync();
    }

    /// <summary>Starts an instance and answers its id.</summary>
    public Task<string> ScheduleAsync(string name, object? input = null, string? id = null) =>
        Client.ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions(id));

    /// <summary>Starts an instance and waits for its end.</summary>
    public async Task<OrchestrationMetadata> RunAsync(string name, object? input = null, string? id = null) =>
        await EndOfAsync(await ScheduleAsync(name, input, id));

    /// <summary>Starts an instance and answers its result.</summary>
    public async Task<T> ResultAsync<T>(string name, object? input = null)
    {
        OrchestrationMetadata end = await RunAsync(name, input);
        Assert.True(end.RuntimeStatus == OrchestrationRuntimeStatus.Completed, $"{end} {end.FailureDetails} {end.FailureDetails?.InnerFailure}");
        return end.ReadOutputAs<T>()!;
    }

    /// <summary>Waits for an instance's end.</summary>
    public async Task<OrchestrationMetadata> EndOfAsync(string id)
    {
        using var limit = new CancellationTokenSource(Wait.Limit);
        return await Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, limit.Token);
    }

    /// <summary>Waits until an instance's first turn is stored.</summary>
    public async Task<OrchestrationMetadata> StartOfAsync(string id)
    {
        using var limit = new CancellationTokenSource(Wait.Limit);
        return await Client.WaitForInstanceStartAsync(id, getInputsAndOutputs: true, limit.Token);
    }

    public async Task<OrchestrationMetadata?> FindAsync(string id) => await Client.GetInstanceAsync(id, getInputsAndOutputs: true);

    /// <summary>Waits until an instance is in a status.</summary>
    public Task ReachesAsync(string id, OrchestrationRuntimeStatus status) =>
        Wait.UntilAsync(async () => (await FindAsync(id))?.RuntimeStatus == status);

    /// <summary>Waits until an instance's custom status is that.</summary>
    public Task ShowsAsync<T>(string id, T customStatus) => Wait.UntilAsync(
        async () => await FindAsync(id) is { SerializedCustomStatus: not null } found && Equals(found.ReadCustomStatusAs<T>(), customStatus));

    public Task<IReadOnlyList<TurnRecord>> TurnsAsync(string id) => Engine.ReadHistoryAsync(id, CancellationToken.None);

    /// <summary>All events of an instance's present generation: those of each turn received before those it decided.</summary>
    public async Task<IReadOnlyList<HistoryEvent>> HistoryAsync(string id) =>
        [.. (await TurnsAsync(id)).SelectMany(turn => turn.Received.Concat<HistoryEvent>(turn.Decided))];

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_directory, recursive: true);
        Assert.Equal(AllowedShadowDifferences, _shadowDifferences);
        Assert.DoesNotContain(_log.Entries, entry => entry.StartsWith("Critical", StringComparison.Ordinal));
    }
}
