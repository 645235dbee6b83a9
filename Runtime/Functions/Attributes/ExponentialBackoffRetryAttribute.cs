using System.Globalization;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Calls a failed function again after delays that grow.</summary>
public sealed class ExponentialBackoffRetryAttribute : RetryAttribute
{
    /// <summary>Sets the policy.</summary>
    /// <param name="maxRetryCount">How often at most; −1 for ever.</param>
    /// <param name="minimumInterval">The shortest delay, as <c>hh:mm:ss</c>.</param>
    /// <param name="maximumInterval">The longest delay, as <c>hh:mm:ss</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A delay is negative or no time span.</exception>
    /// <exception cref="ArgumentException">The shortest delay is longer than the longest.</exception>
    public ExponentialBackoffRetryAttribute(int maxRetryCount, string minimumInterval, string maximumInterval)
    {
        MaxRetryCount = maxRetryCount;
        MinimumInterval = minimumInterval;
        MaximumInterval = maximumInterval;
        if (Parse(minimumInterval, nameof(minimumInterval)) > Parse(maximumInterval, nameof(maximumInterval)))
        {
            throw new ArgumentException("The shortest delay is longer than the longest.", nameof(minimumInterval));
        }
    }

    /// <summary>The shortest delay, as <c>hh:mm:ss</c>.</summary>
    public string MinimumInterval { get; }

    /// <summary>The longest delay, as <c>hh:mm:ss</c>.</summary>
    public string MaximumInterval { get; }

    private static TimeSpan Parse(string interval, string parameter) =>
        TimeSpan.TryParse(interval, CultureInfo.InvariantCulture, out TimeSpan delay) && delay >= TimeSpan.Zero
            ? delay
            : throw new ArgumentOutOfRangeException(parameter, interval, "A delay is a time span hh:mm:ss, not negative.");
}
