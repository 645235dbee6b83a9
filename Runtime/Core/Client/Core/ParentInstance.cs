namespace DurableTask.Core;

/// <summary>Whose sub-orchestration an instance is.</summary>
public class ParentInstance
{
    /// <summary>The parent's orchestrator.</summary>
    public string? Name { get; set; }

    /// <summary>The parent.</summary>
    public OrchestrationInstance? OrchestrationInstance { get; set; }

    /// <summary>The number of the parent's event that asked for it.</summary>
    public int TaskScheduleId { get; set; }
}
