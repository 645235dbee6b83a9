using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;

namespace FuncExec.WorkerFunctions.Tasks;

/// <summary>An attempt that this node has claimed.</summary>
/// <param name="Entry">The call that is about it.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Job">The job's document.</param>
/// <param name="Token">The token of the claim.</param>
public sealed record ClaimedAttempt(RunningTask Entry, TaskAttempt Attempt, Job Job, long Token)
{
    /// <summary>The task.</summary>
    public TaskKey Key => Entry.Key;

    /// <summary>Its step.</summary>
    public JobStep Step => Job.Steps[Attempt.Step];

    /// <summary>What the document says of the task.</summary>
    public JobTask Task => Step.Tasks[Attempt.Index];

    /// <summary>What holds for it.</summary>
    public TaskSettings Settings => Job.SettingsOf(Step, Task);

    /// <summary>What it leaves, or null for nothing.</summary>
    public ArtifactRule? Artifacts => Task.Artifacts ?? Step.Artifacts;

    /// <summary>Its id within the job.</summary>
    public string Id => JobTask.Id(Step.Name, Attempt.Index);
}
