namespace FuncExec.ExecutorPlugins.Processes;

/// <summary>
/// Runs one process and everything it starts. The three streams are pumped together; standard input is closed at its
/// end. When the outcome is known the whole tree is gone, also after a successful exit: what is left then is ended as
/// on a timeout (SIGTERM, the grace, SIGKILL), where the platform has the means.
/// </summary>
public interface IProcessRunner
{
    /// <summary>A name for people, such as <c>posix_spawn</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Starts the command and completes with its outcome. What a command may cause (not found, too long a list of
    /// arguments) is an outcome; a token that is cancelled ends the tree and gives <see cref="ProcessOutcome.Cancelled"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A string of the command contains the NUL character, or a variable's name '='.</exception>
    /// <exception cref="ProcessRunnerException">The machine has no process, memory or descriptor left.</exception>
    Task<ProcessOutcome> RunAsync(ProcessCommand command, ITaskOutput output, CancellationToken cancellationToken);

    /// <summary>
    /// Completes when nothing is left of what an earlier life of the service has started; commands wait for it by
    /// themselves. Whoever cleans up after that life waits too: its processes may still write.
    /// </summary>
    Task WhenReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
