#pragma warning disable CA2007 // Orchestrator code must come back to the orchestration's own scheduler.
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hosting;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Orchestrations;

/// <summary>The author's face of an execution.</summary>
internal sealed class OrchestrationContext(OrchestrationExecution execution, ExecutionSettings settings) : TaskOrchestrationContext
{
    private int _guids;

    /// <inheritdoc/>
    public override TaskName Name { get; } = new(execution.Start.Name);

    /// <inheritdoc/>
    public override string InstanceId => execution.InstanceId;

    /// <inheritdoc/>
    public override ParentOrchestrationInstance? Parent { get; } =
        execution.Start.Parent is { } parent ? new ParentOrchestrationInstance(new TaskName(parent.Name), parent.InstanceId) : null;

    /// <inheritdoc/>
    public override TaskOrchestrationEntityFeature Entities => execution.Entities;

    /// <inheritdoc/>
    public override DateTime CurrentUtcDateTime => execution.At;

    /// <inheritdoc/>
    public override bool IsReplaying => execution.IsReplaying;

    /// <inheritdoc/>
    public override string Version => execution.Start.Version ?? "";

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object?> Properties => settings.Properties;

    /// <inheritdoc/>
    protected override ILoggerFactory LoggerFactory => settings.LoggerFactory;

    /// <inheritdoc/>
    public override T? GetInput<T>()
        where T : default
    {
        if (execution.Start.Input is not { } input)
        {
            return default;
        }

        try
        {
            return settings.Converter.Deserialize<T>(input);
        }
        catch (Exception exception) // The author's converter and types: theirs to see, with what was tried.
        {
            throw UnreadableValue.Fault($"The input of '{Name.Name}'", typeof(T), exception);
        }
    }

    /// <inheritdoc/>
    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        execution.EnsureOnTurn();
        Refuse(input, options);
        string? serialized = settings.Serialize(input, $"The input of '{name.Name}'");
        string? version = options?.Version is { } asked ? asked.Version : execution.Start.Version;
        IReadOnlyDictionary<string, string>? tags = TagsOf(options);
        _ = PlacementTags.Read(tags); // What is wrong with them is the caller's to see.
        _ = PlacementTags.ReadAffinity(tags);
        return Retrying.CallAsync(this, options?.Retry, () =>
        {
            execution.EnsureOnTurn();
            int id = execution.NextId();
            var call = new OpenCall<TResult>(name.Name, id, childId: null, settings.Converter);
            execution.Decide(new TaskScheduled(id, name.Name, serialized, string.IsNullOrEmpty(version) ? null : version, tags));
            execution.Open(id, call);
            return call.Task;
        });
    }

    /// <inheritdoc/>
    public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        execution.EnsureOnTurn();
        execution.Entities.EnsureChildAllowed();
        Refuse(input, options);
        string? serialized = settings.Serialize(input, $"The input of '{orchestratorName.Name}'");
        string instanceId = (options as SubOrchestrationOptions)?.InstanceId ?? NewGuid().ToString("N");
        string? version = options?.Version is { } asked ? asked.Version : settings.DefaultVersion;
        IReadOnlyDictionary<string, string>? tags = TagsOf(options);
        return Retrying.CallAsync(this, options?.Retry, () =>
        {
            execution.EnsureOnTurn();
            int id = execution.NextId();
            var call = new OpenCall<TResult>(orchestratorName.Name, id, instanceId, settings.Converter);
            execution.Decide(new ChildScheduled(
                id, orchestratorName.Name, instanceId, serialized, string.IsNullOrEmpty(version) ? null : version, tags));
            execution.Open(id, call);
            return call.Task;
        });
    }

    /// <inheritdoc/>
    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        execution.EnsureOnTurn();
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        int id = execution.NextId();
        var timer = new OpenTimer(fireAt.ToUniversalTime());
        execution.Decide(new TimerCreated(id, timer.FireAt));
        execution.Open(id, timer);
        timer.Registration = cancellationToken.Register(() => execution.CancelTimer(id, cancellationToken));
        return timer.Task;
    }

    /// <inheritdoc/>
    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        execution.EnsureOnTurn();
        return execution.Events.WaitAsync<T>(eventName, cancellationToken);
    }

    /// <inheritdoc/>
    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        execution.EnsureOnTurn();
        string? serialized = settings.Serialize(payload, $"The payload of the event '{eventName}'");
        execution.Decide(new EventSent(execution.NextId(), instanceId, eventName, serialized));
    }

    /// <inheritdoc/>
    public override void SetCustomStatus(object? customStatus)
    {
        execution.EnsureOnTurn();
        execution.SetCustomStatus(customStatus);
    }

    /// <inheritdoc/>
    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        ContinueAsNew(new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    /// <inheritdoc/>
    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        execution.EnsureOnTurn();
        string? input = settings.Serialize(options.NewInput, $"The new input of '{Name.Name}'");
        string? version = string.IsNullOrWhiteSpace(options.NewVersion) ? execution.Start.Version : options.NewVersion;
        execution.ContinueAsNew(new ContinuedAsNew(input, version, options.PreserveUnprocessedEvents));
    }

    /// <inheritdoc/>
    public override Guid NewGuid()
    {
        execution.EnsureOnTurn();
        return DeterministicGuid.Create(InstanceId, CurrentUtcDateTime, _guids++);
    }

    private static IReadOnlyDictionary<string, string>? TagsOf(TaskOptions? options) =>
        options?.Tags is { Count: > 0 } tags ? new Dictionary<string, string>(tags) : null;

    /// <summary>Any object is a valid input, also options that were meant for the parameter after it.</summary>
    private static void Refuse(object? input, TaskOptions? options)
    {
        if (input is TaskOptions && options is null)
        {
            throw new ArgumentException(
                $"A {nameof(TaskOptions)} was given as the input and none as the options; pass it by name (options: …).", nameof(input));
        }
    }
}
