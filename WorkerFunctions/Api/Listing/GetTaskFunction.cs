using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Api.Answers;
using FuncExec.WorkerFunctions.Api.Views;
using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.WorkerFunctions.Api.Listing;

/// <summary>Shows a task.</summary>
public sealed class GetTaskFunction(TaskFinder tasks, IJobLedger ledger, JobDocuments documents, TaskPlaces places)
{
    /// <summary><c>GET /api/jobs/{id}/tasks/{step}/{index}</c>: the task with its attempts.</summary>
    [Function("GetTask")]
    public async Task<IResult> GetTask(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/jobs/{id}/tasks/{step}/{index}")] HttpRequest request,
        string id,
        string step,
        string index,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (new ApiQuery(request).Refusal() is { } refusal)
        {
            return refusal;
        }

        (TaskRecord? task, IResult? missing) = await tasks.FindAsync(id, step, index, cancellationToken);
        if (task is null)
        {
            return missing!;
        }

        IReadOnlyList<TaskRecord> attempts = await ledger.ListAttemptsAsync(task.Key, cancellationToken);
        Job? document = await documents.GetAsync(id, cancellationToken);
        TaskView view = new(task, document)
        {
            WaitingFor = TaskPlaces.Why(task, document, await places.TakersAsync(cancellationToken)),
            Attempts = [.. attempts.Where(static attempt => attempt.Attempt > 0).Select(AttemptView.Of)],
        };
        return Results.Json(view, ApiJson.Relaxed.TaskView);
    }
}
