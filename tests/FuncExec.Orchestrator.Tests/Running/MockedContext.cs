using FuncExec.Orchestrator.Planning;
using FuncExec.Orchestrator.Running;
using FuncExec.Orchestrator.Summaries;
using Microsoft.DurableTask;
using Moq;

namespace FuncExec.Orchestrator.Tests.Running;

/// <summary>
/// A mocked orchestration context, as the official documentation tests orchestrators: activities and lanes answer what the
/// test says, timers and events when the test says so.
/// </summary>
internal sealed class MockedContext
{
    private readonly Mock<TaskOrchestrationContext> _context = new() { CallBase = true };

    /// <param name="instanceId">The instance.</param>
    /// <param name="parent">The job that started it, or null.</param>
    public MockedContext(string instanceId, string? parent = null)
    {
        _context
            .Setup(static context => context.Parent)
            .Returns(parent is null ? null : new ParentOrchestrationInstance(new TaskName(FunctionNames.RunJob), parent));
        _context.Setup(static context => context.InstanceId).Returns(instanceId);
        _context.Setup(static context => context.CurrentUtcDateTime).Returns(() => Now);
        _context
            .Setup(static context => context.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>()))
            .Returns((DateTime at, CancellationToken cancellationToken) => Add(Timers, new MockedTimer(at - Now), cancellationToken));
        _context
            .Setup(static context => context.WaitForExternalEvent<object?>(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns((string name, CancellationToken cancellationToken) => Wait(name, cancellationToken));
        _context
            .Setup(static context => context.SendEvent(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<object>()))
            .Callback((string instance, string name, object _) => Sent.Add((instance, name)));
        _context
            .Setup(static context => context.SetCustomStatus(It.IsAny<object>()))
            .Callback((object? status) => CustomStatus = Assert.IsType<JobSummary>(status));
        _context
            .Setup(static context => context.ContinueAsNew(It.IsAny<object>(), It.IsAny<bool>()))
            .Callback((object? input, bool preserve) => Continued = (Assert.IsType<LanePlan>(input), preserve));
    }

    public TaskOrchestrationContext Object => _context.Object;

    public DateTime Now { get; } = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public List<MockedTimer> Timers { get; } = [];

    public List<(string Instance, string Name)> Sent { get; } = [];

    public List<string> Activities { get; } = [];

    /// <summary>The tags of each call of an activity with a result, or null.</summary>
    public List<IDictionary<string, string>?> Tags { get; } = [];

    public List<(string Id, LanePlan Plan)> Lanes { get; } = [];

    public JobSummary? CustomStatus { get; private set; }

    public (LanePlan Plan, bool PreservesEvents)? Continued { get; private set; }

    private Dictionary<string, List<TaskCompletionSource<object?>>> Waits { get; } = [];

    /// <summary>An activity's answers; every one is called with the policy for infrastructure.</summary>
    public void OnActivity<TInput, TResult>(string name, Func<TInput, Task<TResult>> answer) => _context
        .Setup(context => context.CallActivityAsync<TResult>(new TaskName(name), It.IsAny<object>(), It.IsAny<TaskOptions>()))
        .Returns((TaskName _, object? input, TaskOptions? options) =>
        {
            Assert.NotNull(options?.Retry?.Policy);
            Activities.Add(name);
            Tags.Add(options.Tags);
            return answer(Assert.IsType<TInput>(input));
        });

    public void OnActivity<TInput>(string name, Action<TInput> called) => _context
        .Setup(context => context.CallActivityAsync(new TaskName(name), It.IsAny<object>(), It.IsAny<TaskOptions>()))
        .Returns((TaskName _, object? input, TaskOptions? _) =>
        {
            Activities.Add(name);
            called(Assert.IsType<TInput>(input));
            return Task.CompletedTask;
        });

    public void OnLane(Func<LanePlan, Task<LaneResult>> answer) => _context
        .Setup(context => context.CallSubOrchestratorAsync<LaneResult>(
            new TaskName(FunctionNames.RunLane), It.IsAny<object>(), It.IsAny<TaskOptions>()))
        .Returns((TaskName _, object? input, TaskOptions? options) =>
        {
            LanePlan plan = Assert.IsType<LanePlan>(input);
            Lanes.Add((Assert.IsType<SubOrchestrationOptions>(options).InstanceId!, plan));
            return answer(plan);
        });

    /// <summary>Raises an event; it wakes one wait for it.</summary>
    public void Raise(string name)
    {
        TaskCompletionSource<object?> wait = Waits[name].First(static wait => !wait.Task.IsCompleted);
        wait.SetResult(null);
    }

    public bool IsWaitingFor(string name) => Waits.TryGetValue(name, out List<TaskCompletionSource<object?>>? waits) && waits.Any(static wait => !wait.Task.IsCompleted);

    private static Task Add(List<MockedTimer> timers, MockedTimer timer, CancellationToken cancellationToken)
    {
        cancellationToken.Register(() => timer.Source.TrySetCanceled(cancellationToken));
        timers.Add(timer);
        return timer.Source.Task;
    }

    private Task<object?> Wait(string name, CancellationToken cancellationToken)
    {
        TaskCompletionSource<object?> wait = new();
        cancellationToken.Register(() => wait.TrySetCanceled(cancellationToken));
        if (!Waits.TryGetValue(name, out List<TaskCompletionSource<object?>>? waits))
        {
            Waits[name] = waits = [];
        }

        waits.Add(wait);
        return wait.Task;
    }

    /// <summary>A durable timer.</summary>
    internal sealed record MockedTimer(TimeSpan Delay)
    {
        public TaskCompletionSource Source { get; } = new();

        public bool IsOpen => !Source.Task.IsCompleted;

        public void Fire() => Source.SetResult();
    }
}
