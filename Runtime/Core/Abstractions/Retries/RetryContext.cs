namespace Microsoft.DurableTask;

/// <summary>What a retry handler is asked about.</summary>
/// <param name="OrchestrationContext">The orchestration that called the task.</param>
/// <param name="LastAttemptNumber">The number of the attempt that has just failed; the first is 1.</param>
/// <param name="LastFailure">Why it failed.</param>
/// <param name="TotalRetryTime">How long ago the first attempt began, in the orchestration's own time.</param>
/// <param name="CancellationToken">Cancelled when there is nothing more to retry for.</param>
public record RetryContext(
    TaskOrchestrationContext OrchestrationContext,
    int LastAttemptNumber,
    TaskFailureDetails LastFailure,
    TimeSpan TotalRetryTime,
    CancellationToken CancellationToken);
