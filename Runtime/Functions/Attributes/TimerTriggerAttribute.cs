using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Calls the function by the clock, on one node, never twice at once: occurrences that come while it runs are skipped. A
/// call that fails is logged, and the schedule goes on.
/// </summary>
/// <param name="schedule">
/// A cron expression of six fields (second first) or five, in UTC; a time span, which is the pause between two calls; or
/// <c>%NAME%</c> for the setting <c>NAME</c>.
/// </param>
[BindingCapabilities(KnownBindingCapabilities.FunctionLevelRetry)]
public sealed class TimerTriggerAttribute(string schedule) : TriggerBindingAttribute
{
    /// <summary>The schedule.</summary>
    public string Schedule { get; private set; } = schedule;

    /// <summary>
    /// Whether the schedule is kept over restarts, and an occurrence missed meanwhile made up for once, with
    /// <see cref="TimerInfo.IsPastDue"/>. Without effect where calls follow each other within a minute. Default: true.
    /// </summary>
    public bool UseMonitor { get; set; } = true;

    /// <summary>Whether to call the function when the app starts. Default: false.</summary>
    public bool RunOnStartup { get; set; }
}
