#pragma warning disable CA2007 // Runs inside orchestrators, on their scheduler.
using Microsoft.DurableTask;

namespace FuncExec.Runtime.Orchestrations;

/// <summary>Calls again by policy or by the author's handler; the delays are durable timers.</summary>
internal static class Retrying
{
    public static Task<T> CallAsync<T>(TaskOrchestrationContext context, TaskRetryOptions? retry, Func<Task<T>> call) => retry switch
    {
        null => call(),
        { Policy: { } policy } => CallByPolicyAsync(context, policy, call),
        { Handler: { } handler } => CallByHandlerAsync(context, handler, call),
        _ => call(),
    };

    private static async Task<T> CallByPolicyAsync<T>(TaskOrchestrationContext context, RetryPolicy policy, Func<Task<T>> call)
    {
        DateTime first = context.CurrentUtcDateTime;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException exception) when (MayRetry(context, policy, exception, attempt, first))
            {
                // Awaited below: a catch block must not hold the failed attempt's exception over a long delay.
            }

            await context.CreateTimer(DueAfter(policy, attempt, context.CurrentUtcDateTime), CancellationToken.None);
        }
    }

    private static async Task<T> CallByHandlerAsync<T>(TaskOrchestrationContext context, AsyncRetryHandler handler, Func<Task<T>> call)
    {
        DateTime first = context.CurrentUtcDateTime;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException exception) when (!UnknownFunction.Is(exception.FailureDetails))
            {
                var retry = new RetryContext(
                    context, attempt, exception.FailureDetails, context.CurrentUtcDateTime - first, CancellationToken.None);
                if (!await handler(retry))
                {
                    throw;
                }
            }
        }
    }

    private static bool MayRetry(TaskOrchestrationContext context, RetryPolicy policy, TaskFailedException exception, int attempt, DateTime first) =>
        attempt < policy.MaxNumberOfAttempts
        && !UnknownFunction.Is(exception.FailureDetails)
        && (policy.RetryTimeout == Timeout.InfiniteTimeSpan || context.CurrentUtcDateTime - first < policy.RetryTimeout)
        && policy.Handles(exception.FailureDetails);

    /// <summary>When to try again: at the end of time at the latest, for a policy need not have a longest interval.</summary>
    private static DateTime DueAfter(RetryPolicy policy, int attempt, DateTime now)
    {
        double milliseconds = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, attempt - 1);
        if (policy.MaxRetryInterval != Timeout.InfiniteTimeSpan)
        {
            milliseconds = Math.Min(milliseconds, policy.MaxRetryInterval.TotalMilliseconds);
        }

        TimeSpan left = DateTime.MaxValue - now;
        return milliseconds < left.TotalMilliseconds ? now + TimeSpan.FromMilliseconds(milliseconds) : DateTime.SpecifyKind(DateTime.MaxValue, now.Kind);
    }
}
