namespace FuncExec.ExecutorPlugins.Command;

/// <summary>The settings of <see cref="CommandExecutor"/>.</summary>
public sealed record CommandExecutorOptions
{
    /// <summary>How long a command's tree has between SIGTERM and SIGKILL, 0 to 10 min; default 5 s.</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(5);
}
