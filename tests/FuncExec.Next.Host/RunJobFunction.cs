using FuncExec.Orchestrator;
using FuncExec.Orchestrator.Planning;
using FuncExec.Orchestrator.Summaries;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Next.Host;

/// <summary>The job's orchestrator of the next release, beside the present one: it has one activity more.</summary>
public static class RunJobFunction
{
    /// <summary>Runs a job.</summary>
    [Function(FunctionNames.RunJob)]
    public static async Task<JobSummary> RunJob([OrchestrationTrigger] TaskOrchestrationContext context, JobRef job)
    {
        ArgumentNullException.ThrowIfNull(context);
        await context.CallActivityAsync(FunctionNames.GreetJob, context.InstanceId);
        return await Orchestrator.Running.RunJobFunction.RunJob(context, job);
    }

    /// <summary>What only the next release does for a job.</summary>
    [Function(FunctionNames.GreetJob)]
    public static string GreetJob([ActivityTrigger] string jobId) => $"Hello, {jobId}.";
}
