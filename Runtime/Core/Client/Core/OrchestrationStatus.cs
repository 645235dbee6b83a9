#pragma warning disable CS1591 // The names say it.
namespace DurableTask.Core;

/// <summary>The status of an orchestration, as histories have it.</summary>
public enum OrchestrationStatus
{
    Running,
    Completed,
    ContinuedAsNew,
    Failed,
    Canceled,
    Terminated,
    Pending,
    Suspended,
}
