using Microsoft.DurableTask;

namespace FuncExec.Orchestrator.Running;

/// <summary>
/// How activities are tried again that fail for what is around the work: a full disk, a store that does not answer. What
/// fails in the work itself is a result and has the job's own rule. A day of a broken store loses nothing.
/// </summary>
internal static class InfrastructureRetry
{
    public static readonly TaskOptions Options = TaskOptions.FromRetryPolicy(new RetryPolicy(
        maxNumberOfAttempts: 1_500, firstRetryInterval: TimeSpan.FromSeconds(1), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(1)));
}
