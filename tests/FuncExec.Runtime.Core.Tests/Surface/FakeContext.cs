using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Tests.Surface;

/// <summary>A context whose timers and events are ended by the test.</summary>
internal sealed class FakeContext(ILoggerFactory? loggerFactory = null) : TaskOrchestrationContext
{
    private readonly TaskCompletionSource _timer = new();
    private readonly TaskCompletionSource<object?> _event = new();

    public override TaskName Name => "Fake";

    public override string InstanceId => "fake-1";

    public override ParentOrchestrationInstance? Parent => null;

    public override DateTime CurrentUtcDateTime { get; } = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public override bool IsReplaying => Replaying;

    public bool Replaying { get; set; }

    public DateTime? TimerSetFor { get; private set; }

    public bool TimerIsCancelled => _timer.Task.IsCanceled;

    public bool WaitIsCancelled => _event.Task.IsCanceled;

    /// <summary>What the wait for an event throws at once, instead of waiting.</summary>
    public Exception? WaitFailure { get; init; }

    protected override ILoggerFactory LoggerFactory =>
        loggerFactory ?? throw new InvalidOperationException("This test logs nothing.");

    public void FireTimer() => _timer.SetResult();

    public void FailTimer(Exception exception) => _timer.SetException(exception);

    public void RaiseEvent(object? payload) => _event.SetResult(payload);

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        TimerSetFor = fireAt;
        cancellationToken.Register(() => _timer.TrySetCanceled(cancellationToken));
        return _timer.Task;
    }

    public override async Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        cancellationToken.Register(() => _event.TrySetCanceled(cancellationToken));
        return WaitFailure is null ? (T)(await _event.Task)! : throw WaitFailure;
    }

    public override T? GetInput<T>()
        where T : default => throw Unused();

    public override Task<TResult> CallActivityAsync<TResult>(
        TaskName name, object? input = null, TaskOptions? options = null) => throw Unused();

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null) => throw Unused();

    public override void SendEvent(string instanceId, string eventName, object payload) => throw Unused();

    public override void SetCustomStatus(object? customStatus) => throw Unused();

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) => throw Unused();

    public override Guid NewGuid() => throw Unused();

    private static InvalidOperationException Unused() => new("No test of this context calls it.");
}
