using System.Globalization;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Calls a failed function again after the same delay each time.</summary>
public sealed class FixedDelayRetryAttribute : RetryAttribute
{
    /// <summary>Sets the policy.</summary>
    /// <param name="maxRetryCount">How often at most; −1 for ever.</param>
    /// <param name="delayInterval">The delay, as <c>hh:mm:ss</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative or no time span.</exception>
    public FixedDelayRetryAttribute(int maxRetryCount, string delayInterval)
    {
        MaxRetryCount = maxRetryCount;
        DelayInterval = delayInterval;
        if (!TimeSpan.TryParse(delayInterval, CultureInfo.InvariantCulture, out TimeSpan delay) || delay < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(delayInterval), delayInterval, "The delay is a time span hh:mm:ss, not negative.");
        }
    }

    /// <summary>The delay, as <c>hh:mm:ss</c>.</summary>
    public string DelayInterval { get; }
}
