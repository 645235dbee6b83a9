namespace Microsoft.DurableTask;

/// <summary>What an orchestrator sees when an activity or sub-orchestration that it awaits has failed.</summary>
public sealed class TaskFailedException : Exception
{
    /// <summary>Makes the exception from the one that the task ended with.</summary>
    /// <param name="taskName">The task's name.</param>
    /// <param name="taskId">The task's id within the orchestration.</param>
    /// <param name="innerException">What the task ended with.</param>
    public TaskFailedException(string taskName, int taskId, Exception innerException)
        : this(taskName, taskId, TaskFailureDetails.FromException(innerException), innerException)
    {
    }

    /// <summary>Makes the exception from recorded details.</summary>
    /// <param name="taskName">The task's name.</param>
    /// <param name="taskId">The task's id within the orchestration.</param>
    /// <param name="failureDetails">How the task failed.</param>
    public TaskFailedException(string taskName, int taskId, TaskFailureDetails failureDetails)
        : this(taskName, taskId, failureDetails, null)
    {
    }

    private TaskFailedException(string taskName, int taskId, TaskFailureDetails failureDetails, Exception? innerException)
        : base(Describe(taskName, taskId, failureDetails), innerException)
    {
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = failureDetails;
    }

    /// <summary>The task's name.</summary>
    public string TaskName { get; }

    /// <summary>The task's id: tasks of an orchestration are numbered in the order in which they are scheduled.</summary>
    public int TaskId { get; }

    /// <summary>How the task failed.</summary>
    public TaskFailureDetails FailureDetails { get; }

    /// <summary>Whether the task ended with an exception of exactly this type; base types do not count.</summary>
    [Obsolete("Use FailureDetails.IsCausedBy<T>(), which honours base types.")]
    public bool IsCausedByException<T>()
        where T : Exception
        => FailureDetails.ErrorType == typeof(T).FullName;

    // The wording is part of the API: applications and their tests match it.
    private static string Describe(string taskName, int taskId, TaskFailureDetails failureDetails)
    {
        ArgumentNullException.ThrowIfNull(failureDetails);
        return $"Task '{taskName}' (#{taskId}) failed with an unhandled exception: {failureDetails.ErrorMessage}";
    }
}
