using System.Text.Json;
using FuncExec.ExecutorPlugins;
using FuncExec.Orchestrator;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Reading;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>Takes jobs.</summary>
public sealed class CreateJobFunction(ExecutorRegistry executors, TimeProvider time)
{
    /// <summary>
    /// <c>POST /api/jobs</c>: 202 with the job and its addresses once it is stored; 400 with an <c>errors</c> map by JSON
    /// path, 413 or 415 when it is not.
    /// </summary>
    [Function("CreateJob")]
    public async Task<IResult> CreateJob(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/jobs")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        if (JobBody.WhyUnsupported(request) is { } reason)
        {
            return JobAnswers.Unsupported(reason);
        }

        if (await JobBody.ReadAsync(request, cancellationToken) is not { } document)
        {
            return JobAnswers.TooLarge($"A job document has at most {JobLimits.DocumentBytes} bytes.");
        }

        JobReading reading = JobReader.Read(document, Check);
        if (reading is JobReading.Invalid invalid)
        {
            return JobAnswers.Invalid(invalid.Mistakes);
        }

        Job job = ((JobReading.Valid)reading).Job;
        if (IsTooLongToStore(document.Length, job))
        {
            return JobAnswers.TooLarge($"The job is longer than {JobLimits.StoredCharacters} characters, written out as it is stored. Give it fewer tasks.");
        }

        string id = JobIds.New(time);
        await client.ScheduleNewOrchestrationInstanceAsync(FunctionNames.RunJob, job, new StartOrchestrationOptions(id), cancellationToken);
        request.HttpContext.Response.Headers.Location = $"{request.Scheme}://{request.Host}/api/jobs/{id}";
        return Results.Json(
            JobAccepted.Of(id, job, client.CreateHttpManagementPayload(id)), JobJson.Default.JobAccepted, statusCode: StatusCodes.Status202Accepted);
    }

    /// <summary>Written out again only where it may matter: a character of a document takes at most six as it is stored.</summary>
    private static bool IsTooLongToStore(int documentLength, Job job) =>
        documentLength > JobLimits.StoredCharacters / 8 && JsonSerializer.Serialize(job).Length > JobLimits.StoredCharacters;

    private IReadOnlyList<JobMistake>? Check(string executor, JsonElement payload) => executors.TryGet(executor, out IExecutor? found)
        ? [.. found.Validate(payload).Select(static mistake => new JobMistake(mistake.Path, mistake.Message))]
        : null;
}
