using FuncExec.Runtime.Functions.Binding;

namespace FuncExec.Runtime.Functions.Timers;

/// <summary>A function that the clock calls.</summary>
/// <param name="Function">The function.</param>
/// <param name="Schedule">When it is called.</param>
/// <param name="IsMonitored">Whether its schedule is kept over restarts.</param>
/// <param name="RunOnStartup">Whether it is called when the app starts.</param>
internal sealed record TimerFunction(BoundFunction Function, TimerSchedule Schedule, bool IsMonitored, bool RunOnStartup)
{
    /// <summary>Its name.</summary>
    public string Name => Function.Name;
}
