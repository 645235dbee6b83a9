using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;
using FuncExec.Orchestrator.Summaries;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Orchestrator.Running;

/// <summary>The orchestrator of a job.</summary>
public static class RunJobFunction
{
    /// <summary>
    /// Runs a job that stands in the ledger and answers its summary. A job that does not succeed fails its orchestration, so
    /// that users of the status query URL see it: the message begins with the job's status, and the summary is the custom status.
    /// </summary>
    /// <exception cref="JobFailedException">The job did not succeed, or there is none of this id.</exception>
    [Function(FunctionNames.RunJob)]
    public static async Task<JobSummary> RunJob([OrchestrationTrigger] TaskOrchestrationContext context, JobRef job)
    {
        ArgumentNullException.ThrowIfNull(context);

        // Anybody with the key can start an orchestration by the management API: its input is not believed, its id is.
        JobRef self = new(context.InstanceId);
        if (job?.JobId != self.JobId)
        {
            throw new JobFailedException($"failed: the input must be {{\"jobId\":\"{self.JobId}\"}}. Jobs are started by POST /api/jobs.");
        }

        PlannedJob plan = await context.CallActivityAsync<PlannedJob>(FunctionNames.PlanJob, self, InfrastructureRetry.Options);
        if (plan.Refusal is { } refusal)
        {
            throw new JobFailedException($"failed: {refusal}");
        }

        await new JobRun(context, self, plan).RunAsync();
        JobSummary summary = await context.CallActivityAsync<JobSummary>(FunctionNames.CloseJob, self, InfrastructureRetry.Options);
        if (summary.Status is JobStatus.Succeeded)
        {
            return summary;
        }

        context.SetCustomStatus(summary.ForCustomStatus());
        throw new JobFailedException(summary.Error!);
    }
}
