using System.Text.Json.Serialization;

namespace FuncExec.Orchestrator.Jobs;

/// <summary>When a failed or timed-out task is tried again, and how much later.</summary>
public sealed record RetryRule
{
    /// <summary>How many attempts there are, the first counted; 1 to 1,000, default 3.</summary>
    [JsonPropertyName("maxAttempts")]
    public int MaxAttempts { get; init; } = 3;

    /// <summary>The pause after the first attempt, 0 to 1 day; default 1 s.</summary>
    [JsonPropertyName("initialInterval")]
    public TimeSpan InitialInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>By what each pause is longer than the one before, 1 to 100; default 2.</summary>
    [JsonPropertyName("backoffCoefficient")]
    public double BackoffCoefficient { get; init; } = 2;

    /// <summary>The longest pause, 0 to 1 day; default 1 min.</summary>
    [JsonPropertyName("maxInterval")]
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How far a pause may be off by chance, as a part of it, 0 to 1; default 0.2.</summary>
    [JsonPropertyName("jitter")]
    public double Jitter { get; init; } = 0.2;

    /// <summary>If not empty, only these exit codes are tried again; a timeout, which has none, is not.</summary>
    [JsonPropertyName("retryOnExitCodes")]
    public IReadOnlyList<int> RetryOnExitCodes { get; init; } = [];

    /// <summary>These exit codes are not tried again.</summary>
    [JsonPropertyName("failOnExitCodes")]
    public IReadOnlyList<int> FailOnExitCodes { get; init; } = [];

    /// <summary>Only these kinds of failure are tried again; default all but <see cref="ErrorKind.Lost"/>.</summary>
    [JsonPropertyName("retryOnErrors")]
    public IReadOnlyList<ErrorKind> RetryOnErrors { get; init; } = [ErrorKind.Exit, ErrorKind.Signal, ErrorKind.Timeout, ErrorKind.NotFound, ErrorKind.Artifacts];

    /// <summary>Whether another attempt follows one that failed or timed out.</summary>
    /// <param name="attempt">Which attempt that was; the first is 1.</param>
    /// <param name="kind">What kind of failure it was.</param>
    /// <param name="exitCode">Its exit code, or null when it has none.</param>
    public bool Allows(int attempt, ErrorKind kind, int? exitCode) =>
        attempt < MaxAttempts
        && RetryOnErrors.Contains(kind)
        && (RetryOnExitCodes.Count == 0 || (exitCode is { } listed && RetryOnExitCodes.Contains(listed)))
        && !(exitCode is { } code && FailOnExitCodes.Contains(code));

    /// <summary>The pause after an attempt.</summary>
    /// <param name="attempt">Which attempt that was; the first is 1.</param>
    /// <param name="chance">What stands for chance, from -1 to below 1; the same at every replay.</param>
    public TimeSpan DelayAfter(int attempt, double chance)
    {
        double longest = MaxInterval.Ticks;
        double pause = Math.Min(longest, InitialInterval.Ticks * Math.Pow(BackoffCoefficient, attempt - 1));
        return TimeSpan.FromTicks((long)Math.Clamp(pause * (1 + (Jitter * chance)), 0, longest));
    }
}
