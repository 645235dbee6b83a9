using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Orchestrator.Running;

/// <summary>What has become of a task.</summary>
/// <param name="Step">Its step.</param>
/// <param name="Index">Its index in the step.</param>
/// <param name="Attempts">How many attempts there were.</param>
/// <param name="Result">How the last one ended, or why there was none.</param>
internal sealed record TaskRecord(JobStep Step, int Index, int Attempts, AttemptResult Result)
{
    public string Id => JobTask.Id(Step.Name, Index);
}
