using System.ComponentModel;

namespace Microsoft.DurableTask;

/// <summary>Retries at growing intervals. The intervals are durable timers.</summary>
public class RetryPolicy
{
    private readonly Func<TaskFailureDetails, bool> _handleFailure = static _ => true;

    /// <summary>Makes a policy.</summary>
    /// <param name="maxNumberOfAttempts">How often to try at most, the first time included; 1 or more.</param>
    /// <param name="firstRetryInterval">How long to wait before the second attempt; above zero.</param>
    /// <param name="backoffCoefficient">By what each interval is multiplied to get the next; 1 or more. Default: 1.</param>
    /// <param name="maxRetryInterval">
    /// The longest interval; no less than the first one, or <see cref="Timeout.InfiniteTimeSpan"/>. Default: 1 hour.
    /// </param>
    /// <param name="retryTimeout">
    /// How long after the first attempt to go on at most; no less than the first interval. Default:
    /// <see cref="Timeout.InfiniteTimeSpan"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public RetryPolicy(
        int maxNumberOfAttempts,
        TimeSpan firstRetryInterval,
        double backoffCoefficient = 1.0,
        TimeSpan? maxRetryInterval = null,
        TimeSpan? retryTimeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNumberOfAttempts);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(firstRetryInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(backoffCoefficient, 1.0);
        ThrowIfShorter(maxRetryInterval, firstRetryInterval, nameof(maxRetryInterval));
        ThrowIfShorter(retryTimeout, firstRetryInterval, nameof(retryTimeout));

        MaxNumberOfAttempts = maxNumberOfAttempts;
        FirstRetryInterval = firstRetryInterval;
        BackoffCoefficient = backoffCoefficient;
        MaxRetryInterval = maxRetryInterval ?? TimeSpan.FromHours(1);
        RetryTimeout = retryTimeout ?? Timeout.InfiniteTimeSpan;
    }

    /// <summary>How often to try at most, the first time included.</summary>
    public int MaxNumberOfAttempts { get; }

    /// <summary>How long to wait before the second attempt.</summary>
    public TimeSpan FirstRetryInterval { get; }

    /// <summary>By what each interval is multiplied to get the next.</summary>
    public double BackoffCoefficient { get; }

    /// <summary>The longest interval; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</summary>
    public TimeSpan MaxRetryInterval { get; }

    /// <summary>How long after the first attempt to go on at most; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</summary>
    public TimeSpan RetryTimeout { get; }

    /// <summary>
    /// Whether to retry after an exception: <see cref="HandleFailure"/> asked with the details of a
    /// <see cref="TaskFailedException"/>.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Func<Exception, bool> Handle => exception => _handleFailure(
        exception is TaskFailedException failed ? failed.FailureDetails : TaskFailureDetails.FromException(exception));

    /// <summary>Has no effect.</summary>
    [Obsolete("Has no effect. Use HandleFailure or TaskOptions.FromRetryHandler.")]
    public Func<Exception, Task<bool>>? HandleAsync { get; set; }

    /// <summary>
    /// Asked after each failure but the last attempt's: true retries, false gives up at once. It runs as part of the
    /// orchestrator and must be deterministic. Default: every failure is retried.
    /// </summary>
    public Func<TaskFailureDetails, bool> HandleFailure
    {
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _handleFailure = value;
        }
    }

    internal bool Handles(TaskFailureDetails failure) => _handleFailure(failure);

    private static void ThrowIfShorter(TimeSpan? value, TimeSpan first, string name)
    {
        if (value < first && value != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                name, value, $"{name} must be infinite or no shorter than the first retry interval, {first:c}.");
        }
    }
}
