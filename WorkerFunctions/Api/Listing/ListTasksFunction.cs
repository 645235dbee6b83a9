using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Api.Answers;
using FuncExec.WorkerFunctions.Api.Views;
using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.WorkerFunctions.Api.Listing;

/// <summary>Lists the tasks of a job.</summary>
public sealed class ListTasksFunction(JobFinder jobs, IJobLedger ledger, JobDocuments documents, TaskPlaces places)
{
    /// <summary><c>GET /api/jobs/{id}/tasks?step=&amp;status=&amp;limit=&amp;after=</c>: by step and index.</summary>
    [Function("ListTasks")]
    public async Task<IResult> ListTasks(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/jobs/{id}/tasks")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ApiQuery query = new(request);
        string? stepName = query.Name("step");
        JobTaskStatus? status = query.Choice<JobTaskStatus>("status");
        int limit = query.Limit();
        string? after = query.After();
        if (query.Refusal() is { } refusal)
        {
            return refusal;
        }

        (JobRecord? job, IResult? missing) = await jobs.FindAsync(id, cancellationToken);
        if (job is null)
        {
            return missing!;
        }

        StepRecord? step = stepName is null ? null : job.Steps.FirstOrDefault(step => step.Name == stepName);
        if (stepName is not null && step is null)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "The job has no such step.", "step", "names no step of this job.");
        }

        LedgerPage<TaskRecord> page = await ledger.ListTasksAsync(id, new TaskFilter(step?.Index, status), after, limit, cancellationToken);
        Job? document = await documents.GetAsync(id, cancellationToken);
        IReadOnlyList<PresentNode> takers = await places.TakersAsync(cancellationToken);
        return Results.Json(
            new ListView<TaskView>(
                [.. page.Items.Select(task => new TaskView(task, document) { WaitingFor = TaskPlaces.Why(task, document, takers) })], page.Next), ApiJson.Relaxed.ListViewTaskView);
    }
}
