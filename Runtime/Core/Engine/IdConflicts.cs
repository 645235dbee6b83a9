using FuncExec.Runtime.Hubs;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Engine;

/// <summary>What a start does about an instance that has its id already.</summary>
internal sealed class IdConflicts
{
    /// <summary>The statuses that refuse the start; null for the default, those that have not finished.</summary>
    private readonly HashSet<InstanceStatus>? _refusing;

    /// <param name="dedupeStatuses">The names of the statuses that refuse the start; null for the default.</param>
    /// <exception cref="ArgumentException">One is the name of no status.</exception>
    public IdConflicts(IReadOnlyList<string>? dedupeStatuses)
    {
        _refusing = dedupeStatuses is null ? null : [.. dedupeStatuses.Select(Parse).OfType<InstanceStatus>()];
        KeptStatuses = _refusing is null ? [] : [.. _refusing.Where(static status => status.IsFinished())];
    }

    /// <summary>The default: an instance that has not finished refuses the start, a finished one is replaced.</summary>
    public static IdConflicts Default { get; } = new(null);

    /// <summary>The statuses of finished instances that refuse the start.</summary>
    public IReadOnlyCollection<InstanceStatus> KeptStatuses { get; }

    /// <summary>Whether an instance in that status, which has the id, is ended to make room.</summary>
    public bool MayEnd(InstanceStatus user) => _refusing is not null && !_refusing.Contains(user);

    private static InstanceStatus? Parse(string name) => Enum.TryParse(name, ignoreCase: true, out OrchestrationRuntimeStatus status)
        ? status switch
        {
            OrchestrationRuntimeStatus.Pending => InstanceStatus.Pending,
            OrchestrationRuntimeStatus.Running => InstanceStatus.Running,
            OrchestrationRuntimeStatus.Suspended => InstanceStatus.Suspended,
            OrchestrationRuntimeStatus.Completed => InstanceStatus.Completed,
            OrchestrationRuntimeStatus.Failed => InstanceStatus.Failed,
            OrchestrationRuntimeStatus.Terminated => InstanceStatus.Terminated,
            _ => null, // Nobody is ever in the obsolete ones.
        }
        : throw new ArgumentException($"'{name}' is no status of an orchestration, so it cannot refuse a start.", "options");
}
