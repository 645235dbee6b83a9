using FuncExec.Orchestrator.Planning;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Orchestrator.Running;

/// <summary>The orchestrator of one lane of a step.</summary>
public static class RunLaneFunction
{
    /// <summary>After how many tasks a lane continues as new: a history of some ten thousand events is read in milliseconds.</summary>
    internal const int TasksPerGeneration = 4_096;

    /// <summary>Runs the lane's tasks in its window; ends early when it is told to.</summary>
    /// <exception cref="JobFailedException">Its job did not start it.</exception>
    [Function(FunctionNames.RunLane)]
    public static async Task<LaneResult> RunLane([OrchestrationTrigger] TaskOrchestrationContext context, LanePlan plan)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(plan);

        // Started by the management API it would run a step before those that it needs, or tasks that there are not.
        if (context.Parent?.InstanceId != plan.JobId)
        {
            throw new JobFailedException($"failed: only job '{plan.JobId}' itself starts its lanes. Jobs are started by POST /api/jobs.");
        }

        LaneRun run = new(context, plan);
        await run.RunAsync();
        if (!run.IsStopped && run.Done < plan.Count)
        {
            context.ContinueAsNew(plan with { Done = run.Done, Succeeded = run.Succeeded });
        }

        return new LaneResult(run.Succeeded);
    }
}
