#pragma warning disable CA2007 // Orchestrator code must come back to the orchestration's own scheduler.
using System.Diagnostics.CodeAnalysis;
using FuncExec.Runtime.History;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Orchestrations;

/// <summary>The author's face of entities, and the critical section that the orchestration is in.</summary>
internal sealed class EntityFeature(OrchestrationExecution execution, ExecutionSettings settings) : TaskOrchestrationEntityFeature
{
    private Section? _section;

    /// <summary>The locks that are held or asked for, or null.</summary>
    public LocksReleased? Locks => _section is { } section ? new LocksReleased(section.Id, section.EntityIds) : null;

    /// <summary>Whether a sub-orchestration may be called.</summary>
    /// <exception cref="InvalidOperationException">Not in a critical section.</exception>
    public void EnsureChildAllowed()
    {
        if (_section is not null)
        {
            throw new InvalidOperationException("While holding locks, cannot call suborchestrators.");
        }
    }

    /// <inheritdoc/>
    public override Task<TResult> CallEntityAsync<TResult>(
        EntityInstanceId id, string operationName, object? input = null, CallEntityOptions? options = null)
    {
        string? serialized = Prepare(id, operationName, input);
        _section?.Take(id);
        int taskId = execution.NextId();
        OpenEntityCall<TResult> call = new(id, operationName, settings.Converter, _section is { } section ? () => section.GiveBack(id) : null);
        execution.Decide(new EntityCalled(taskId, id.ToString(), operationName, serialized));
        execution.Open(taskId, call);
        return call.Task;
    }

    /// <inheritdoc/>
    public override Task CallEntityAsync(EntityInstanceId id, string operationName, object? input = null, CallEntityOptions? options = null) =>
        CallEntityAsync<object?>(id, operationName, input, options);

    /// <inheritdoc/>
    public override Task SignalEntityAsync(EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null)
    {
        string? serialized = Prepare(id, operationName, input);
        if (_section?.Has(id) == true)
        {
            throw new InvalidOperationException("Must not signal a locked entity from a critical section.");
        }

        execution.Decide(new EntitySignaled(execution.NextId(), id.ToString(), operationName, serialized, options?.SignalTime?.UtcDateTime));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task<IAsyncDisposable> LockEntitiesAsync(IEnumerable<EntityInstanceId> entityIds)
    {
        ArgumentNullException.ThrowIfNull(entityIds);
        execution.EnsureOnTurn();
        if (_section is not null)
        {
            throw new InvalidOperationException("Must not enter another critical section from within a critical section.");
        }

        // Everybody locks in one order, so nobody waits for one who waits for him.
        EntityInstanceId[] ids = [.. entityIds.Distinct()
            .OrderBy(static id => id.Name, StringComparer.Ordinal).ThenBy(static id => id.Key, StringComparer.Ordinal)];
        if (ids.Length == 0)
        {
            throw new ArgumentException("The list of entities to lock must not be empty.", nameof(entityIds));
        }

        if (ids[0] == default)
        {
            throw new ArgumentException("One of the entity ids is empty.", nameof(entityIds));
        }

        Section section = _section = new Section(execution.NextId(), ids);
        OpenLock request = new();
        execution.Decide(new LocksRequested(section.Id, section.EntityIds));
        execution.Open(section.Id, request);
        await request.Task;
        section.IsGranted = true;
        return new Releaser(this, section);
    }

    /// <inheritdoc/>
    public override bool InCriticalSection([NotNullWhen(true)] out IReadOnlyList<EntityInstanceId>? entityIds)
    {
        entityIds = _section?.Available;
        return _section is not null;
    }

    private string? Prepare(EntityInstanceId id, string operationName, object? input)
    {
        ArgumentException.ThrowIfNullOrEmpty(operationName);
        execution.EnsureOnTurn();
        return id == default
            ? throw new ArgumentException("The entity id is empty.", nameof(id))
            : settings.Serialize(input, $"The input of '{operationName}' of the entity '{id}'");
    }

    private void Leave(Section section)
    {
        if (_section == section)
        {
            execution.EnsureOnTurn();
            execution.Decide(Locks!);
            _section = null;
        }
    }

    /// <summary>A critical section.</summary>
    private sealed class Section(int id, EntityInstanceId[] ids)
    {
        private readonly HashSet<EntityInstanceId> _inCall = [];

        public int Id => id;

        public string[] EntityIds { get; } = [.. ids.Select(static id => id.ToString())];

        public bool IsGranted { get; set; }

        public IReadOnlyList<EntityInstanceId> Available => IsGranted ? [.. ids.Where(id => !_inCall.Contains(id))] : [];

        public bool Has(EntityInstanceId entity) => ids.Contains(entity);

        public void Take(EntityInstanceId entity)
        {
            string? mistake = !IsGranted ? "Must await the completion of the lock request prior to calling any entity."
                : !Has(entity) ? "Must not call an entity from a critical section if it is not one of the locked entities."
                : !_inCall.Add(entity) ? "Must not call an entity from a critical section while a prior call to the same entity is still pending."
                : null;
            if (mistake is not null)
            {
                throw new InvalidOperationException(mistake);
            }
        }

        public void GiveBack(EntityInstanceId entity) => _inCall.Remove(entity);
    }

    private sealed class Releaser(EntityFeature feature, Section section) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            feature.Leave(section);
            return ValueTask.CompletedTask;
        }
    }
}
