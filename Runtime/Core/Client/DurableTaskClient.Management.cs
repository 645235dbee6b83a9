using System.ComponentModel;

namespace Microsoft.DurableTask.Client;

public abstract partial class DurableTaskClient
{
    /// <summary>Ends an orchestration from outside, without an output.</summary>
    /// <inheritdoc cref="TerminateInstanceAsync(string, TerminateInstanceOptions?, CancellationToken)"/>
    public virtual Task TerminateInstanceAsync(string instanceId, CancellationToken cancellation) =>
        TerminateInstanceAsync(instanceId, null, cancellation);

    /// <summary>Ends an orchestration from outside.</summary>
    /// <param name="instanceId">The instance id.</param>
    /// <param name="output">The output it is given, or null; it is serialized.</param>
    /// <param name="cancellation">Gives the call up.</param>
    /// <inheritdoc cref="TerminateInstanceAsync(string, TerminateInstanceOptions?, CancellationToken)"/>
    public virtual Task TerminateInstanceAsync(
        string instanceId, object? output, CancellationToken cancellation = default) =>
        TerminateInstanceAsync(instanceId, output is null ? null : new TerminateInstanceOptions(output), cancellation);

    /// <summary>
    /// Ends an orchestration from outside: it runs no further and is <see cref="OrchestrationRuntimeStatus.Terminated"/>.
    /// Activities that are running come to their own end.
    /// </summary>
    /// <param name="instanceId">The instance id.</param>
    /// <param name="options">How to end it, or null.</param>
    /// <param name="cancellation">Gives the call up.</param>
    /// <returns>A task that ends once the request is stored, which may be before the orchestration ends.</returns>
    public virtual Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
        throw NotOffered();

    /// <summary>Holds an orchestration, without a reason.</summary>
    /// <inheritdoc cref="SuspendInstanceAsync(string, string?, CancellationToken)"/>
    public virtual Task SuspendInstanceAsync(string instanceId, CancellationToken cancellation) =>
        SuspendInstanceAsync(instanceId, null, cancellation);

    /// <summary>Holds an orchestration: what happens is stored, but its code is not run until it is resumed.</summary>
    /// <param name="instanceId">The instance id.</param>
    /// <param name="reason">Why, or null.</param>
    /// <param name="cancellation">Gives the call up.</param>
    /// <returns>A task that ends once the request is stored.</returns>
    public abstract Task SuspendInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default);

    /// <summary>Lets a suspended orchestration go on, without a reason.</summary>
    /// <inheritdoc cref="ResumeInstanceAsync(string, string?, CancellationToken)"/>
    public virtual Task ResumeInstanceAsync(string instanceId, CancellationToken cancellation) =>
        ResumeInstanceAsync(instanceId, null, cancellation);

    /// <summary>Lets a suspended orchestration go on.</summary>
    /// <param name="instanceId">The instance id.</param>
    /// <param name="reason">Why, or null.</param>
    /// <param name="cancellation">Gives the call up.</param>
    /// <returns>A task that ends once the request is stored.</returns>
    public abstract Task ResumeInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default);

    /// <summary>Asks how an orchestration stands.</summary>
    /// <inheritdoc cref="GetInstanceAsync(string, bool, CancellationToken)"/>
    public virtual Task<OrchestrationMetadata?> GetInstanceAsync(string instanceId, CancellationToken cancellation) =>
        GetInstanceAsync(instanceId, false, cancellation);

    /// <summary>Asks how an orchestration stands.</summary>
    /// <param name="instanceId">The instance id.</param>
    /// <param name="getInputsAndOutputs">Whether to fetch input, output and custom status too.</param>
    /// <param name="cancellation">Gives the call up.</param>
    /// <returns>How it stands, or null when there is none of that id.</returns>
    public virtual Task<OrchestrationMetadata?> GetInstanceAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        GetInstancesAsync(instanceId, getInputsAndOutputs, cancellation);

    /// <summary>The same as <see cref="GetInstanceAsync(string, CancellationToken)"/>, which is the one to call.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public virtual Task<OrchestrationMetadata?> GetInstancesAsync(string instanceId, CancellationToken cancellation) =>
        GetInstancesAsync(instanceId, false, cancellation);

    /// <summary>The same as <see cref="GetInstanceAsync(string, bool, CancellationToken)"/>: implement this, call that.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public abstract Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default);

    /// <summary>Lists orchestrations; pages are fetched while the result is enumerated.</summary>
    /// <param name="filter">Which ones, or null for all.</param>
    public abstract AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null);

    /// <summary>Deletes a finished orchestration.</summary>
    /// <inheritdoc cref="PurgeInstanceAsync(string, PurgeInstanceOptions?, CancellationToken)"/>
    public virtual Task<PurgeResult> PurgeInstanceAsync(string instanceId, CancellationToken cancellation) =>
        PurgeInstanceAsync(instanceId, null, cancellation);

    /// <summary>Deletes a finished orchestration with all that is stored of it. One that has not ended stays.</summary>
    /// <param name="instanceId">The instance id.</param>
    /// <param name="options">How to delete it, or null.</param>
    /// <param name="cancellation">Gives the call up.</param>
    /// <returns>How many were deleted.</returns>
    public virtual Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default) =>
        throw NotOffered();

    /// <summary>Deletes the finished orchestrations that match.</summary>
    /// <inheritdoc cref="PurgeAllInstancesAsync(PurgeInstancesFilter, PurgeInstanceOptions?, CancellationToken)"/>
    public virtual Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, CancellationToken cancellation) =>
        PurgeAllInstancesAsync(filter, null, cancellation);

    /// <summary>Deletes the finished orchestrations that match, with all that is stored of them. Others stay.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="options">How to delete them, or null.</param>
    /// <param name="cancellation">Gives the call up; what is deleted already stays deleted.</param>
    /// <returns>How many were deleted.</returns>
    public virtual Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default) =>
        throw NotOffered();
}
