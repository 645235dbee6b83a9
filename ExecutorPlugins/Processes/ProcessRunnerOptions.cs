namespace FuncExec.ExecutorPlugins.Processes;

/// <summary>What a process runner is given besides the commands.</summary>
public sealed record ProcessRunnerOptions
{
    /// <summary>
    /// The absolute path of the directory in which this life of the service records what it starts, so that the next one
    /// can end what is left of it; made when it is not there. Null records nothing. Services may share it.
    /// </summary>
    public string? SurvivorsDirectory { get; init; }

    /// <summary>
    /// Whether the service moves itself and so its commands into a control group of its own, where a writable cgroup v2
    /// hierarchy is found. Default true; without <see cref="SurvivorsDirectory"/> it never does.
    /// </summary>
    public bool UseControlGroup { get; init; } = true;

    /// <summary>
    /// Whether an orphan that has left its command's session, parents and environment is ended with the commands that may
    /// have started it. Default true. False where other code in the same process starts daemons.
    /// </summary>
    public bool EndsStrays { get; init; } = true;

    /// <summary>How long survivors of an earlier life have between SIGTERM and SIGKILL; default 5 s.</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(5);
}
