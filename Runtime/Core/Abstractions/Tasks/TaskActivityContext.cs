namespace Microsoft.DurableTask;

/// <summary>What a class-based activity knows of its call.</summary>
public abstract class TaskActivityContext
{
    /// <summary>The name by which it was called.</summary>
    public abstract TaskName Name { get; }

    /// <summary>The instance id of the orchestration that called it.</summary>
    public abstract string InstanceId { get; }

    /// <summary>The version that was asked for; empty when none.</summary>
    public virtual string Version => string.Empty;
}
