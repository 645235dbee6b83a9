using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Reports;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Orchestrator.Running;

/// <summary>The orchestrator of a job.</summary>
public static class RunJobFunction
{
    /// <summary>
    /// Runs a job and answers its report. A job that does not succeed fails its orchestration, so that users of the
    /// status query URL see it: the message begins with the job's status, and the report is the custom status.
    /// </summary>
    /// <exception cref="JobFailedException">The job did not succeed.</exception>
    [Function(FunctionNames.RunJob)]
    public static async Task<JobReport> RunJob([OrchestrationTrigger] TaskOrchestrationContext context, Job job)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(job);
        JobReport report = await new JobRun(context, JobPlan.Create(job)).RunAsync();
        if (report.Status is JobStatus.Succeeded)
        {
            return report;
        }

        context.SetCustomStatus(report);
        throw new JobFailedException(report.Error!);
    }
}
