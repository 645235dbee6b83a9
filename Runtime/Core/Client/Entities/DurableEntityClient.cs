using Microsoft.DurableTask.Entities;

namespace Microsoft.DurableTask.Client.Entities;

/// <summary>Signals entities and asks how they stand.</summary>
/// <param name="name">The client's name.</param>
public abstract class DurableEntityClient(string name)
{
    /// <summary>The client's name.</summary>
    public string Name { get; } = name;

    /// <summary>Signals an entity: sends an operation and does not wait for it.</summary>
    /// <param name="id">The entity.</param>
    /// <param name="operationName">The operation.</param>
    /// <param name="input">Its input, or null; it is serialized.</param>
    /// <param name="options">How to signal, or null.</param>
    /// <param name="cancellation">Gives the call up.</param>
    /// <returns>A task that ends once the signal is stored.</returns>
    public abstract Task SignalEntityAsync(
        EntityInstanceId id,
        string operationName,
        object? input = null,
        SignalEntityOptions? options = null,
        CancellationToken cancellation = default);

    /// <summary>Signals an entity, without input.</summary>
    /// <inheritdoc cref="SignalEntityAsync(EntityInstanceId, string, object?, SignalEntityOptions?, CancellationToken)"/>
    public virtual Task SignalEntityAsync(
        EntityInstanceId id, string operationName, SignalEntityOptions options, CancellationToken cancellation = default) =>
        SignalEntityAsync(id, operationName, null, options, cancellation);

    /// <summary>Signals an entity, without input.</summary>
    /// <inheritdoc cref="SignalEntityAsync(EntityInstanceId, string, object?, SignalEntityOptions?, CancellationToken)"/>
    public virtual Task SignalEntityAsync(EntityInstanceId id, string operationName, CancellationToken cancellation) =>
        SignalEntityAsync(id, operationName, null, null, cancellation);

    /// <summary>Asks how an entity stands.</summary>
    /// <param name="id">The entity.</param>
    /// <param name="includeState">Whether to fetch its state too. Default: true.</param>
    /// <param name="cancellation">Gives the call up.</param>
    /// <returns>How it stands, or null when there is none of that id, or none that has a state.</returns>
    public abstract Task<EntityMetadata?> GetEntityAsync(
        EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default);

    /// <summary>Asks how an entity stands, with its state.</summary>
    /// <inheritdoc cref="GetEntityAsync(EntityInstanceId, bool, CancellationToken)"/>
    public virtual Task<EntityMetadata?> GetEntityAsync(EntityInstanceId id, CancellationToken cancellation) =>
        GetEntityAsync(id, includeState: true, cancellation);

    /// <summary>Asks how an entity stands.</summary>
    /// <typeparam name="T">The type of its state.</typeparam>
    /// <param name="id">The entity.</param>
    /// <param name="includeState">Whether to fetch its state too. Default: true.</param>
    /// <param name="cancellation">Gives the call up.</param>
    /// <returns>How it stands, or null when there is none of that id, or none that has a state.</returns>
    public abstract Task<EntityMetadata<T>?> GetEntityAsync<T>(
        EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default);

    /// <summary>Asks how an entity stands, with its state.</summary>
    /// <inheritdoc cref="GetEntityAsync{T}(EntityInstanceId, bool, CancellationToken)"/>
    public virtual Task<EntityMetadata<T>?> GetEntityAsync<T>(EntityInstanceId id, CancellationToken cancellation) =>
        GetEntityAsync<T>(id, includeState: true, cancellation);

    /// <summary>Lists entities; pages are fetched while the result is enumerated.</summary>
    /// <param name="filter">Which ones, or null for all.</param>
    public abstract AsyncPageable<EntityMetadata> GetAllEntitiesAsync(EntityQuery? filter = null);

    /// <summary>Lists entities; pages are fetched while the result is enumerated.</summary>
    /// <typeparam name="T">The type of their states.</typeparam>
    /// <param name="filter">Which ones, or null for all.</param>
    public abstract AsyncPageable<EntityMetadata<T>> GetAllEntitiesAsync<T>(EntityQuery? filter = null);

    /// <summary>Cleans up among stored entities.</summary>
    /// <param name="request">What to clean up; null for <see cref="CleanEntityStorageRequest.Default"/>.</param>
    /// <param name="continueUntilComplete">Whether to go on until all is done. Default: true.</param>
    /// <param name="cancellation">Gives the call up; what is done already stays done.</param>
    /// <returns>What was cleaned up.</returns>
    public abstract Task<CleanEntityStorageResult> CleanEntityStorageAsync(
        CleanEntityStorageRequest? request = null,
        bool continueUntilComplete = true,
        CancellationToken cancellation = default);
}
