using FuncExec.Runtime.Functions.Binding;
using FuncExec.Runtime.Functions.Settings;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Timers;

/// <summary>Reads the schedules of timer functions, or says what is wrong with them.</summary>
internal sealed class TimerReader(NameResolver names, TimeProvider time, List<string> faults)
{
    /// <summary>Reads a function's schedule; null when it is wrong: then the faults say why.</summary>
    public TimerFunction? Read(BoundFunction function)
    {
        TimerTriggerAttribute trigger = (TimerTriggerAttribute)function.Source.Trigger;
        string given = trigger.Schedule ?? "";
        if (!names.TryResolve(given, out string text, out string? missing))
        {
            return Fault(function, $"has the schedule '{given}', and there is no setting '{missing}'. Set it, or write the schedule out.");
        }

        DateTimeOffset now = time.GetUtcNow();
        if (TimerSchedule.TryParse(text, now) is not { } schedule)
        {
            string source = text == given ? "" : $" (from '{given}')";
            return Fault(function, $"has the schedule '{text}'{source}, which is no schedule or never comes. Write six fields (second minute hour day month weekday, such as '0 */5 * * * *'), five without the second, or a time span such as '00:00:30'.");
        }

        // As official: what comes that often is missed by a moment's stop, and the next is near.
        return new TimerFunction(function, schedule, trigger.UseMonitor && !schedule.IsFrequent(now), trigger.RunOnStartup);
    }

    private TimerFunction? Fault(BoundFunction function, string what)
    {
        faults.Add($"Function '{function.Name}' ({function.Source.EntryPoint}) {what}");
        return null;
    }
}
