using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Api.Answers;
using FuncExec.WorkerFunctions.Api.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.WorkerFunctions.Api.Listing;

/// <summary>Lists jobs.</summary>
public sealed class ListJobsFunction(IJobLedger ledger)
{
    /// <summary><c>GET /api/jobs?status=&amp;name=&amp;limit=&amp;after=</c>: newest first.</summary>
    [Function("ListJobs")]
    public async Task<IResult> ListJobs(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/jobs")] HttpRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ApiQuery query = new(request);
        JobFilter filter = new(query.Choice<JobStatus>("status"), query.Name("name"));
        int limit = query.Limit();
        string? after = query.After();
        if (query.Refusal() is { } refusal)
        {
            return refusal;
        }

        LedgerPage<JobRecord> page = await ledger.ListJobsAsync(filter, after, limit, cancellationToken);
        return Results.Json(new ListView<JobView>([.. page.Items.Select(JobView.Of)], page.Next), ApiJson.Relaxed.ListViewJobView);
    }
}
