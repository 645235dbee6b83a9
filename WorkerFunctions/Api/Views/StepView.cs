using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.WorkerFunctions.Api.Views;

/// <summary>A step as it is shown.</summary>
internal sealed record StepView(string Name, JobTaskStatus Status, CountsView Counts)
{
    public static StepView Of(StepRecord step) => new(step.Name, StatusOf(step.Counts), CountsView.Of(step.Counts));

    /// <summary>A step's status, in the words of its tasks: queued before any, running until all have ended, then the gravest.</summary>
    internal static JobTaskStatus StatusOf(TaskCounts counts) =>
        counts.Queued == counts.Total ? JobTaskStatus.Queued
        : counts.Queued + counts.Running > 0 ? JobTaskStatus.Running
        : counts.Failed > 0 ? JobTaskStatus.Failed
        : counts.TimedOut > 0 ? JobTaskStatus.TimedOut
        : counts.Cancelled > 0 ? JobTaskStatus.Cancelled
        : counts.Skipped > 0 ? JobTaskStatus.Skipped
        : JobTaskStatus.Succeeded;
}
