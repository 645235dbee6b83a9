namespace Microsoft.DurableTask.Entities;

/// <summary>What an orchestrator sees when an entity operation that it awaits has failed.</summary>
public sealed class EntityOperationFailedException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="entityId">The entity.</param>
    /// <param name="operationName">The operation.</param>
    /// <param name="failureDetails">How it failed.</param>
    public EntityOperationFailedException(
        EntityInstanceId entityId, string operationName, TaskFailureDetails failureDetails)
        : base(Describe(entityId, operationName, failureDetails))
    {
        EntityId = entityId;
        OperationName = operationName;
        FailureDetails = failureDetails;
    }

    /// <summary>The entity.</summary>
    public EntityInstanceId EntityId { get; }

    /// <summary>The operation.</summary>
    public string OperationName { get; }

    /// <summary>How it failed.</summary>
    public TaskFailureDetails FailureDetails { get; }

    // The wording is part of the API: applications and their tests match it.
    private static string Describe(EntityInstanceId entityId, string operationName, TaskFailureDetails failureDetails)
    {
        ArgumentNullException.ThrowIfNull(failureDetails);
        return $"Operation '{operationName}' of entity '{entityId}' failed: {failureDetails.ErrorMessage}";
    }
}
