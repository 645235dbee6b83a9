using System.Diagnostics.CodeAnalysis;
using Microsoft.DurableTask;

namespace FuncExec.Runtime.Hosting;

/// <summary>
/// The orchestrators, activities and entities that a node can run, by name (case-insensitive, as
/// <see cref="TaskName"/> compares). Filled once, before the engine starts; the engine only reads it.
/// </summary>
public sealed class TaskRegistry
{
    private readonly Dictionary<string, OrchestratorRegistration> _orchestrators = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ActivityRegistration> _activities = new(StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, EntityRegistration> _entities = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names of all entities.</summary>
    public IReadOnlyCollection<string> Entities => _entities.Keys;

    /// <summary>The names of all orchestrators.</summary>
    public IReadOnlyCollection<string> Orchestrators => _orchestrators.Keys;

    /// <summary>The names of all activities.</summary>
    public IReadOnlyCollection<string> Activities => _activities.Keys;

    /// <summary>Adds an orchestrator.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public TaskRegistry Add(OrchestratorRegistration orchestrator)
    {
        ArgumentNullException.ThrowIfNull(orchestrator);
        if (!_orchestrators.TryAdd(orchestrator.Name, orchestrator))
        {
            throw new ArgumentException($"An orchestrator named '{orchestrator.Name}' is registered already.", nameof(orchestrator));
        }

        return this;
    }

    /// <summary>Adds an activity.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public TaskRegistry Add(ActivityRegistration activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        if (!_activities.TryAdd(activity.Name, activity))
        {
            throw new ArgumentException($"An activity named '{activity.Name}' is registered already.", nameof(activity));
        }

        return this;
    }

    /// <summary>Adds an entity.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public TaskRegistry Add(EntityRegistration entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        if (!_entities.TryAdd(entity.Name, entity))
        {
            throw new ArgumentException($"An entity named '{entity.Name}' is registered already.", nameof(entity));
        }

        return this;
    }

    /// <summary>Finds an entity.</summary>
    public bool TryGetEntity(string name, [NotNullWhen(true)] out EntityRegistration? entity) => _entities.TryGetValue(name, out entity);

    /// <summary>Finds an orchestrator.</summary>
    public bool TryGetOrchestrator(string name, [NotNullWhen(true)] out OrchestratorRegistration? orchestrator) =>
        _orchestrators.TryGetValue(name, out orchestrator);

    /// <summary>Finds an activity.</summary>
    public bool TryGetActivity(string name, [NotNullWhen(true)] out ActivityRegistration? activity) =>
        _activities.TryGetValue(name, out activity);
}

/// <summary>An orchestrator's code.</summary>
public sealed class OrchestratorRegistration
{
    /// <summary>The name it is started by.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Calls the author's function on the orchestration's own scheduler and answers its result. Called once for each
    /// time the instance is built: at its start and when it is rebuilt from history. What it throws fails the instance.
    /// </summary>
    public required Func<TaskOrchestrationContext, Task<object?>> Run { get; init; }

    /// <summary>
    /// Wraps every turn of it (the official host calls middleware once a turn too), or null. It calls the second
    /// argument exactly once; what it throws before that fails the instance.
    /// </summary>
    public Func<TaskOrchestrationContext, Func<Task>, Task>? AroundTurn { get; init; }
}

/// <summary>An activity's code.</summary>
public sealed class ActivityRegistration
{
    /// <summary>The name it is called by.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Runs the activity: serialized input in, serialized result out. What it throws is the activity's failure, as
    /// seen by the orchestrator, save an <see cref="OperationCanceledException"/> by the given token: then the node is
    /// stopping or has lost the lease, nothing is recorded and the activity runs again.
    /// </summary>
    public required Func<ActivityCall, CancellationToken, ValueTask<string?>> Run { get; init; }
}

/// <summary>An entity's code.</summary>
public sealed class EntityRegistration
{
    /// <summary>The name in the ids of its entities.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Runs a batch of operations: calls <see cref="EntityBatch.RunAsync"/> exactly once. What it throws besides fails the
    /// operations that had not ended by themselves, and those have changed nothing.
    /// </summary>
    public required Func<EntityBatch, Task> Run { get; init; }
}

/// <summary>One call of an activity.</summary>
/// <param name="InstanceId">The orchestration that called it.</param>
/// <param name="Name">The activity's name.</param>
/// <param name="TaskId">Its id within the orchestration.</param>
/// <param name="Input">The serialized input, or null.</param>
public sealed record ActivityCall(string InstanceId, string Name, int TaskId, string? Input);
