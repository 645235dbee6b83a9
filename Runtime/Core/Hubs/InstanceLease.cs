namespace FuncExec.Runtime.Hubs;

/// <summary>The right to run turns of one instance.</summary>
/// <param name="InstanceKey">The hub's key of the instance; another one after a purge, the same over generations.</param>
/// <param name="InstanceId">The instance's id.</param>
/// <param name="Token">The fencing token: a commit with an older one changes nothing.</param>
public sealed record InstanceLease(long InstanceKey, string InstanceId, long Token);

/// <summary>The right to run one activity.</summary>
/// <param name="Sequence">The hub's key of the activity.</param>
/// <param name="Token">The fencing token: it grows with every lease.</param>
public readonly record struct ActivityLease(long Sequence, long Token);
