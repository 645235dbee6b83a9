using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Calls the function by the clock. Not offered yet: an app that has one does not start.</summary>
/// <param name="schedule">A cron expression of five or six fields, a time span, or <c>%NAME%</c>.</param>
[BindingCapabilities(KnownBindingCapabilities.FunctionLevelRetry)]
public sealed class TimerTriggerAttribute(string schedule) : TriggerBindingAttribute
{
    /// <summary>The schedule.</summary>
    public string Schedule { get; private set; } = schedule;

    /// <summary>Whether the schedule is kept over restarts. Default: true.</summary>
    public bool UseMonitor { get; set; } = true;

    /// <summary>Whether to call the function when the app starts. Default: false.</summary>
    public bool RunOnStartup { get; set; }
}
