using System.Text.Json;

namespace FuncExec.ExecutorPlugins;

/// <summary>
/// Runs tasks of one kind. Stateless: one instance serves all tasks of a node at once. What can be expected of someone
/// else's work (a non-zero exit, a timeout, a command that is not there) is a <see cref="TaskOutcome"/>; only broken
/// infrastructure throws.
/// </summary>
public interface IExecutor
{
    /// <summary>The name by which jobs choose it, such as <c>command</c>; compared exactly.</summary>
    string Name { get; }

    /// <summary>What it offers, for people and for the list of executors.</summary>
    ExecutorCapabilities Capabilities { get; }

    /// <summary>
    /// Checks a payload before anything is queued. All mistakes in one go, an empty list when it is right; never throws
    /// for what a payload contains.
    /// </summary>
    IReadOnlyList<PayloadMistake> Validate(JsonElement payload);

    /// <summary>
    /// Runs one attempt of a task and returns when nothing of it is left running. Its timeout counts from the moment
    /// the work starts.
    /// </summary>
    /// <param name="task">What to run.</param>
    /// <param name="output">Receives what the work writes, while it runs.</param>
    /// <param name="cancellationToken">Ends the work; the outcome is then <see cref="TaskOutcome.Cancelled"/>.</param>
    Task<TaskOutcome> ExecuteAsync(ExecutorTask task, ITaskOutput output, CancellationToken cancellationToken);

    /// <summary>Says whether tasks can be run here now.</summary>
    Task<ExecutorHealth> CheckHealthAsync(CancellationToken cancellationToken);
}
