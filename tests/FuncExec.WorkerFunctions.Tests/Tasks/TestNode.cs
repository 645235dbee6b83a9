using System.Text;
using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Ledger.Files;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;
using FuncExec.Orchestrator.Reading;
using FuncExec.WorkerFunctions.Files;
using FuncExec.WorkerFunctions.Housekeeping;
using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Nodes;
using FuncExec.WorkerFunctions.Settings;
using FuncExec.WorkerFunctions.Tasks;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Moq;

namespace FuncExec.WorkerFunctions.Tests.Tasks;

/// <summary>
/// The app's own parts over a real ledger and blob store, an executor that does what the test says, and a mocked client of
/// the orchestrations' host.
/// </summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("funcexec-node-");
    private readonly ServiceProvider _services;
    private readonly Dictionary<string, OrchestrationRuntimeStatus?> _instances = new(StringComparer.Ordinal);

    private readonly Dictionary<string, string?> _outputs = new(StringComparer.Ordinal);

    public TestNode(params (string Name, string Value)[] settings)
    {
        Executor.SetupGet(static executor => executor.Name).Returns("command");
        Executor.SetupGet(static executor => executor.Capabilities).Returns(new ExecutorCapabilities("test", "none", UsesDirectory: true));
        Executor
            .Setup(static executor => executor.ExecuteAsync(It.IsAny<ExecutorTask>(), It.IsAny<ITaskOutput>(), It.IsAny<CancellationToken>()))
            .Returns((ExecutorTask task, ITaskOutput output, CancellationToken cancellationToken) =>
            {
                Executed.Add(task);
                return Execute(task, output, cancellationToken);
            });
        SetUpClient();

        ServiceCollection services = new();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>("FuncExec:DataDirectory", _directory.FullName), .. settings.Select(static setting => KeyValuePair.Create<string, string?>(setting.Name, setting.Value))])
            .Build());
        services.AddSingleton<TimeProvider>(Time);
        services.AddSettings();
        services.AddLedger(_ => _directory.FullName);
        FailingLedger.Decorate(services, call => LedgerFault(call));
        services.AddSingleton<IBlobStore>(_ => new HeldBlobStore(new FileBlobStore(_directory.FullName), (call, token) => BeforeBlobs(call, token)));
        services.AddFiles();
        services.AddTasks();
        services.AddHousekeeping();
        services.AddNode();
        services.AddSingleton(Executor.Object);
        services.AddSingleton(provider => new ExecutorRegistry(provider.GetServices<IExecutor>()));
        _services = services.BuildServiceProvider();
    }

    public Mock<IExecutor> Executor { get; } = new();

    public List<ExecutorTask> Executed { get; } = [];

    /// <summary>What the executor does; it succeeds unless told otherwise.</summary>
    public Func<ExecutorTask, ITaskOutput, CancellationToken, Task<TaskOutcome>> Execute { get; set; } =
        static (_, _, _) => Task.FromResult<TaskOutcome>(new TaskOutcome.Succeeded(0));

    /// <summary>What the ledger fails with when a method of this name is called; nothing unless told otherwise.</summary>
    public Func<string, Exception?> LedgerFault { get; set; } = static _ => null;

    /// <summary>What the blob store waits for when a method of this name is called; nothing unless told otherwise.</summary>
    public Func<string, CancellationToken, Task> BeforeBlobs { get; set; } = static (_, _) => Task.CompletedTask;

    public Mock<DurableTaskClient> Client { get; } = new("test") { CallBase = true };

    /// <summary>The orchestrations that were started, with their inputs.</summary>
    public List<(string Name, string Id)> Scheduled { get; } = [];

    public List<(string Id, string Event)> Raised { get; } = [];

    public List<string> Suspended { get; } = [];

    public List<string> Resumed { get; } = [];

    /// <summary>Whether the host is behind: it takes what it is told and does not do it yet.</summary>
    public bool HostLags { get; set; }

    public List<string> Terminated { get; } = [];

    public List<string> Purged { get; } = [];

    public ShiftedTime Time { get; } = new();

    public IJobLedger Ledger => Get<IJobLedger>();

    public IBlobStore Blobs => Get<IBlobStore>();

    public string DataDirectory => _directory.FullName;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public static async Task<TestNode> StartAsync(params (string Name, string Value)[] settings)
    {
        TestNode node = new(settings);
        await node.Get<NodeHeart>().StartingAsync(CancellationToken.None);
        return node;
    }

    /// <summary>Sets how an instance of the host stands; null is no such instance.</summary>
    public void SetInstance(string id, OrchestrationRuntimeStatus? status, string? output = null)
    {
        _instances[id] = status;
        _outputs[id] = output;
    }

    /// <summary>Accepts a job and begins it; its orchestration is pending as far as the host tells.</summary>
    public async Task<string> BeginAsync(string document, byte[]? workspace = null)
    {
        string id = await AcceptAsync(document, workspace);
        await Ledger.BeginJobAsync(id, CancellationToken.None);
        return id;
    }

    public async Task<string> AcceptAsync(string document, byte[]? workspace = null)
    {
        string id = JobIds.New(Time.GetUtcNow());
        ContentId? content = workspace is null ? null : await Blobs.PutContentAsync(id, new MemoryStream(workspace), long.MaxValue, CancellationToken.None);
        JobRequest request = new() { Id = id, Job = Read(document), Workspace = content };
        CreateJobOutcome outcome = await Get<JobStarter>().StartAsync(request, Client.Object, CancellationToken.None);
        Assert.IsType<CreateJobOutcome.Created>(outcome);
        return id;
    }

    public static Job Read(string document) =>
        Assert.IsType<JobReading.Valid>(JobReader.Read(Encoding.UTF8.GetBytes(document), static (_, _) => [])).Job;

    public Task<TaskVerdict> RunAsync(string jobId, int index = 0, int attempt = 1, int step = 0, CancellationToken cancellationToken = default) =>
        Get<TaskRunner>().RunAsync(new TaskAttempt { JobId = jobId, Step = step, Index = index, Attempt = attempt }, cancellationToken);

    public async Task<TaskRecord> TaskAsync(string jobId, int index = 0, int step = 0) =>
        (await Ledger.GetTaskAsync(new TaskKey(jobId, step, index), CancellationToken.None))!;

    public async Task<JobRecord> JobAsync(string jobId) => (await Ledger.GetJobAsync(jobId, CancellationToken.None))!;

    public async ValueTask DisposeAsync()
    {
        await Get<NodeHeart>().StoppedAsync(CancellationToken.None);
        await _services.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    /// <summary>The official host refuses to suspend what is suspended, and to resume what is not.</summary>
    private Task TellSuspension(string id, List<string> told, OrchestrationRuntimeStatus status)
    {
        if (_instances.GetValueOrDefault(id) == status)
        {
            return Task.FromException(new InvalidOperationException($"It is {status}."));
        }

        told.Add(id);
        _instances[id] = HostLags ? _instances.GetValueOrDefault(id) : status;
        return Task.CompletedTask;
    }

    private void SetUpClient()
    {
        Client
            .Setup(static client => client.ScheduleNewOrchestrationInstanceAsync(
                It.IsAny<Microsoft.DurableTask.TaskName>(), It.IsAny<object>(), It.IsAny<Microsoft.DurableTask.StartOrchestrationOptions>(), It.IsAny<CancellationToken>()))
            .Returns((Microsoft.DurableTask.TaskName name, object input, Microsoft.DurableTask.StartOrchestrationOptions options, CancellationToken _) =>
            {
                Assert.Equal(new JobRef(options.InstanceId!), input);
                Scheduled.Add((name.Name, options.InstanceId!));
                _instances[options.InstanceId!] = OrchestrationRuntimeStatus.Running;
                return Task.FromResult(options.InstanceId!);
            });
        Client
            .Setup(static client => client.GetInstancesAsync(It.IsAny<string>(), It.IsAny<bool>(), It.IsAny<CancellationToken>()))
            .Returns((string id, bool _, CancellationToken _) => Task.FromResult(
                _instances.GetValueOrDefault(id) is { } status ? new OrchestrationMetadata("test", id) { RuntimeStatus = status, SerializedOutput = _outputs.GetValueOrDefault(id) } : null));
        Client
            .Setup(static client => client.RaiseEventAsync(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<object>(), It.IsAny<CancellationToken>()))
            .Callback((string id, string name, object? _, CancellationToken _) => Raised.Add((id, name)))
            .Returns(Task.CompletedTask);
        Client
            .Setup(static client => client.SuspendInstanceAsync(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns((string id, string? _, CancellationToken _) => TellSuspension(id, Suspended, OrchestrationRuntimeStatus.Suspended));
        Client
            .Setup(static client => client.ResumeInstanceAsync(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns((string id, string? _, CancellationToken _) => TellSuspension(id, Resumed, OrchestrationRuntimeStatus.Running));
        Client
            .Setup(static client => client.TerminateInstanceAsync(It.IsAny<string>(), It.IsAny<TerminateInstanceOptions>(), It.IsAny<CancellationToken>()))
            .Callback((string id, TerminateInstanceOptions? _, CancellationToken _) => Terminated.Add(id))
            .Returns(Task.CompletedTask);
        Client
            .Setup(static client => client.PurgeInstanceAsync(It.IsAny<string>(), It.IsAny<PurgeInstanceOptions>(), It.IsAny<CancellationToken>()))
            .Callback((string id, PurgeInstanceOptions? _, CancellationToken _) => Purged.Add(id))
            .Returns(Task.FromResult(new PurgeResult(1)));
    }
}

/// <summary>The system's clock, moved forward as the test says; timers go by the system's.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _ticks;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _ticks));

    public override long GetTimestamp() =>
        System.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref _ticks)).TotalSeconds * System.TimestampFrequency);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
