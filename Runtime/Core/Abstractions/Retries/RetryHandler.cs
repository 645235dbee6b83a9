namespace Microsoft.DurableTask;

/// <summary>
/// Decides after a failure whether to try again, at once. It runs as part of the orchestrator and must be deterministic.
/// </summary>
/// <param name="retryContext">What has failed, and how often.</param>
/// <returns>True to try again, false to let the failure stand.</returns>
public delegate bool RetryHandler(RetryContext retryContext);

/// <summary>
/// Decides after a failure whether to try again; it may await durable tasks, such as a timer, before it answers. It runs
/// as part of the orchestrator and must be deterministic.
/// </summary>
/// <param name="retryContext">What has failed, and how often.</param>
/// <returns>True to try again, false to let the failure stand.</returns>
public delegate Task<bool> AsyncRetryHandler(RetryContext retryContext);
