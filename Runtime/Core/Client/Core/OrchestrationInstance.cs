namespace DurableTask.Core;

/// <summary>An instance and which execution of it.</summary>
public class OrchestrationInstance
{
    /// <summary>The instance id.</summary>
    public string? InstanceId { get; set; }

    /// <summary>The execution; each generation has another one.</summary>
    public string? ExecutionId { get; set; }
}
