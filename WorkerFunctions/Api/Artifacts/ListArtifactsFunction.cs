using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Api.Answers;
using FuncExec.WorkerFunctions.Api.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.WorkerFunctions.Api.Artifacts;

/// <summary>Lists what the tasks of a job left.</summary>
public sealed class ListArtifactsFunction(JobFinder jobs, IJobLedger ledger, ArtifactZipAnswer zip)
{
    /// <summary><c>GET /api/jobs/{id}/artifacts?step=&amp;limit=&amp;after=</c>: by name; with <c>format=zip</c> all of them in one file.</summary>
    [Function("ListArtifacts")]
    public async Task<IResult> ListArtifacts(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/jobs/{id}/artifacts")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ApiQuery query = new(request);
        bool isZip = query.Word("format", "json", "zip") is "zip";
        string? stepName = query.Name("step");
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

        if (isZip)
        {
            return await zip.SendAsync(request.HttpContext, job, step?.Index, cancellationToken);
        }

        LedgerPage<ArtifactRecord> page = await ledger.ListArtifactsAsync(id, step?.Index, after, limit, cancellationToken);
        return Results.Json(
            new ListView<ArtifactView>([.. page.Items.Select(artifact => ArtifactView.Of(artifact, job))], page.Next), ApiJson.Relaxed.ListViewArtifactView);
    }

    /// <summary><c>GET /api/jobs/{id}/artifacts.zip</c>: all of them in one file.</summary>
    [Function("GetArtifactsZip")]
    public async Task<IResult> GetArtifactsZip(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/jobs/{id}/artifacts.zip")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (new ApiQuery(request).Refusal() is { } refusal)
        {
            return refusal;
        }

        (JobRecord? job, IResult? missing) = await jobs.FindAsync(id, cancellationToken);
        return job is null ? missing! : await zip.SendAsync(request.HttpContext, job, null, cancellationToken);
    }
}
