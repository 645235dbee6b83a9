using System.Diagnostics;
using FuncExec.Runtime.Engine;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Orchestrations;
using FuncExec.Runtime.Tracing;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Hosting;

/// <summary>Operations of one entity that run one after the other and are stored together.</summary>
public sealed class EntityBatch
{
    private readonly IReadOnlyList<OperationRequested> _operations;
    private readonly ExecutionSettings _settings;
    private readonly EntityActions _actions;
    private readonly EntityState _state;
    private readonly List<OperationOutcome> _outcomes = [];
    private bool _hasRun;

    internal EntityBatch(EntityInstanceId id, string? state, IReadOnlyList<OperationRequested> operations, ExecutionSettings settings)
    {
        Id = id;
        _operations = operations;
        _settings = settings;
        _state = new EntityState(settings, state, $"The state of the entity '{id}'");
        _actions = new EntityActions(id, settings);
    }

    /// <summary>The entity.</summary>
    public EntityInstanceId Id { get; }

    /// <summary>How many operations there are.</summary>
    public int Count => _operations.Count;

    /// <summary>How each operation ended, in order; fewer than <see cref="Count"/> when the code gave up before.</summary>
    internal IReadOnlyList<OperationOutcome> Outcomes => _outcomes;

    /// <summary>The state that they leave.</summary>
    internal string? State => _state.Stored;

    /// <summary>What they want sent and started, in order.</summary>
    internal IReadOnlyList<EntityAction> Actions => _actions.Kept;

    /// <summary>
    /// Runs the operations on an entity. One that throws takes back what it did to the state and what it wanted sent or
    /// started; the others stand.
    /// </summary>
    /// <exception cref="InvalidOperationException">The batch has run already.</exception>
    public async Task RunAsync(ITaskEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        if (_hasRun)
        {
            throw new InvalidOperationException($"The operations of the entity '{Id}' have been dispatched already: dispatch once in each call of the function.");
        }

        _hasRun = true;
        foreach (OperationRequested request in _operations)
        {
            _outcomes.Add(await RunOneAsync(entity, request).ConfigureAwait(false));
        }
    }

    private async Task<OperationOutcome> RunOneAsync(ITaskEntity entity, OperationRequested request)
    {
        EntityOperation operation = new(request, _state, _actions, _settings.Converter);
        using Activity? span = Spans.BeginOperation(Id, request);
        _actions.Cause = request.Trace;
        try
        {
            object? result = await entity.RunAsync(operation).ConfigureAwait(false);
            string? serialized = _settings.Serialize(result, $"The result of '{request.Operation}' of the entity '{Id}'");
            _state.Keep();
            _actions.Keep();
            Spans.EndOperation(span, null);
            return new OperationOutcome(serialized, null);
        }
        catch (Exception exception) // The author's operation: whatever it throws is its caller's to see.
        {
            _state.TakeBack();
            _actions.TakeBack();
            FailureData failure = FailureData.From(exception);
            Spans.EndOperation(span, failure);
            return new OperationOutcome(null, failure);
        }
    }
}

/// <summary>How an operation ended.</summary>
/// <param name="Result">Its serialized result.</param>
/// <param name="Failure">How it failed, or null.</param>
internal readonly record struct OperationOutcome(string? Result, FailureData? Failure);

/// <summary>What an operation wants done once it is stored.</summary>
internal abstract record EntityAction
{
    private EntityAction() { }

    /// <summary>A signal to an entity.</summary>
    public sealed record Signal(string EntityId, OperationRequested Operation) : EntityAction;

    /// <summary>A new orchestration.</summary>
    public sealed record Start(NewStart Orchestration) : EntityAction;
}

/// <summary>The author's face of the state.</summary>
internal sealed class EntityState(ExecutionSettings settings, string? stored, string what) : TaskEntityState
{
    private string? _kept = stored;
    private object? _value;
    private bool _isSet;

    /// <summary>The state as the present operation has left it.</summary>
    public string? Stored { get; private set; } = stored;

    /// <inheritdoc/>
    public override bool HasState => Stored is not null;

    public void Keep()
    {
        _kept = Stored;
        Forget();
    }

    public void TakeBack()
    {
        Stored = _kept;
        _isSet = false;
        Forget();
    }

    /// <inheritdoc/>
    public override object? GetState(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return _value is not null && type.IsInstanceOfType(_value) ? _value
            : _value = Stored is null ? null : settings.Converter.Deserialize(Stored, type);
    }

    /// <inheritdoc/>
    public override void SetState(object? state)
    {
        Stored = settings.Serialize(state, what);
        _value = state;
        _isSet = true;
    }

    /// <summary>An object that was only read may have been changed all the same; the next operation reads what is stored.</summary>
    private void Forget()
    {
        if (!_isSet)
        {
            _value = null;
        }

        _isSet = false;
    }
}

/// <summary>The author's face of what an operation sends and starts.</summary>
internal sealed class EntityActions(EntityInstanceId id, ExecutionSettings settings) : TaskEntityContext
{
    private readonly List<EntityAction> _actions = [];
    private int _kept;

    /// <summary>The span that caused the present operation, or null.</summary>
    public TraceLink? Cause { get; set; }

    public IReadOnlyList<EntityAction> Kept => _actions[.._kept];

    /// <inheritdoc/>
    public override EntityInstanceId Id => id;

    public void Keep() => _kept = _actions.Count;

    public void TakeBack() => _actions.RemoveRange(_kept, _actions.Count - _kept);

    /// <inheritdoc/>
    public override void SignalEntity(EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(operationName);
        if (id == default)
        {
            throw new ArgumentException("The entity id is empty.", nameof(id));
        }

        string? serialized = settings.Serialize(input, $"The input of '{operationName}' of the entity '{id}'");
        DateTime? at = options?.SignalTime?.UtcDateTime;
        using Activity? span = Spans.BeginSignal(id, operationName, at, Id);
        _actions.Add(new EntityAction.Signal(
            id.ToString(), new OperationRequested(operationName, serialized, null, at) { Trace = TraceLink.Of(span) ?? Cause }));
    }

    /// <inheritdoc/>
    public override string ScheduleNewOrchestration(TaskName name, object? input = null, StartOrchestrationOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name.Name, nameof(name));
        string instanceId = options?.InstanceId ?? Guid.NewGuid().ToString("N");
        InstanceIds.Check(instanceId);
        string? serialized = settings.Serialize(input, $"The input of '{name.Name}'");
        string version = options?.Version is { } asked ? asked.Version ?? "" : settings.DefaultVersion;
        IReadOnlyDictionary<string, string>? tags = options?.Tags is { Count: > 0 } given ? new Dictionary<string, string>(given) : null;
        using Activity? span = Spans.BeginCreation(Id, instanceId, options?.StartAt);
        var start = new ExecutionStarted(name.Name, serialized, version.Length == 0 ? null : version, null, tags)
        {
            Trace = TraceLink.Of(span) ?? Cause,
        };
        _actions.Add(new EntityAction.Start(new NewStart(instanceId, start, options?.StartAt)));
        return instanceId;
    }
}

/// <summary>The author's face of one operation.</summary>
internal sealed class EntityOperation(OperationRequested request, EntityState state, EntityActions actions, DataConverter converter) : TaskEntityOperation
{
    /// <inheritdoc/>
    public override string Name => request.Operation;

    /// <inheritdoc/>
    public override TaskEntityContext Context => actions;

    /// <inheritdoc/>
    public override TaskEntityState State => state;

    /// <inheritdoc/>
    public override bool HasInput => request.Input is not null;

    /// <inheritdoc/>
    public override object? GetInput(Type inputType) => request.Input is { } input ? converter.Deserialize(input, inputType) : null;
}
