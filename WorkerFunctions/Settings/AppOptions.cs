namespace FuncExec.WorkerFunctions.Settings;

/// <summary>The app's settings. A wrong one ends the start with its name and what is allowed.</summary>
public sealed class AppOptions
{
    /// <summary><c>FuncExec__DataDirectory</c>: what belongs to this service. Default: <c>funcexec</c> in the user's directory for state.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary><c>FuncExec__KillGrace</c>: how long a command has between SIGTERM and SIGKILL, 0 to 10 min. Default 5 s.</summary>
    public TimeSpan KillGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary><c>MAX_CONCURRENT_TASKS</c>: how many tasks run at once here, 1 to 1,000. Default 4 × processors, at least 10.</summary>
    public int MaxConcurrentTasks { get; set; } = Math.Clamp(4 * Environment.ProcessorCount, 10, 1000);
}
