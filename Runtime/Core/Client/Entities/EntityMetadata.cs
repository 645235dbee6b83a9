using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Microsoft.DurableTask.Entities;

namespace Microsoft.DurableTask.Client.Entities;

/// <summary>What is known of an entity at one moment.</summary>
/// <typeparam name="TState">The type of its state.</typeparam>
[JsonConverter(typeof(EntityMetadataJson))]
public class EntityMetadata<TState> : EntityMetadataJson.IMembers
{
    private readonly TState? _state;

    /// <summary>Makes metadata without a state.</summary>
    /// <param name="id">The entity's id.</param>
    public EntityMetadata(EntityInstanceId id)
    {
        if (id == default)
        {
            throw new ArgumentException("The id is empty.", nameof(id));
        }

        Id = id;
    }

    /// <summary>Makes metadata.</summary>
    /// <param name="id">The entity's id.</param>
    /// <param name="state">Its state; null when there is none or it was not asked for.</param>
    public EntityMetadata(EntityInstanceId id, TState? state)
        : this(id)
    {
        IncludesState = state is not null;
        _state = state;
    }

    /// <summary>The entity's id.</summary>
    public EntityInstanceId Id { get; }

    /// <summary>When it last changed (UTC).</summary>
    public DateTimeOffset LastModifiedTime { get; init; }

    /// <summary>How many operations wait for it.</summary>
    public int BacklogQueueSize { get; init; }

    /// <summary>The instance id of the orchestration that holds its lock, or null.</summary>
    public string? LockedBy { get; init; }

    /// <summary>Whether <see cref="State"/> can be read.</summary>
    [MemberNotNullWhen(true, nameof(State))]
    [MemberNotNullWhen(true, nameof(_state))]
    public bool IncludesState { get; }

    /// <summary>The state.</summary>
    /// <exception cref="InvalidOperationException">There is none or it was not asked for.</exception>
    public TState State => IncludesState
        ? _state
        : throw new InvalidOperationException($"There is no state: {nameof(IncludesState)} is false.");

    IEnumerable<(string Name, object Value)> EntityMetadataJson.IMembers.Members()
    {
        yield return (nameof(Id), Id);
        yield return (nameof(LastModifiedTime), LastModifiedTime);
        if (BacklogQueueSize > 0)
        {
            yield return (nameof(BacklogQueueSize), BacklogQueueSize);
        }

        if (LockedBy is not null)
        {
            yield return (nameof(LockedBy), LockedBy);
        }

        if (IncludesState)
        {
            yield return (nameof(State), _state is SerializedData stored ? stored.Value : _state);
        }
    }
}

/// <summary>What is known of an entity at one moment, with its state as stored.</summary>
/// <param name="id">The entity's id.</param>
/// <param name="state">Its state; null when there is none or it was not asked for.</param>
[JsonConverter(typeof(EntityMetadataJson))]
public sealed class EntityMetadata(EntityInstanceId id, SerializedData? state = null)
    : EntityMetadata<SerializedData>(id, state);
