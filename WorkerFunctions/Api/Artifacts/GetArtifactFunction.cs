using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Api.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Net.Http.Headers;

namespace FuncExec.WorkerFunctions.Api.Artifacts;

/// <summary>Gives what a task left.</summary>
public sealed class GetArtifactFunction(JobFinder jobs, IJobLedger ledger, IBlobStore blobs)
{
    /// <summary><c>GET /api/jobs/{id}/artifacts/{path}</c>: the bytes, with ranges; the entity tag is their SHA-256.</summary>
    /// <remarks>The official host takes an empty rest for a match too, and would never come to the list.</remarks>
    [Function("GetArtifact")]
    public async Task<IResult> GetArtifact(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/jobs/{id}/artifacts/{*path:minlength(1)}")] HttpRequest request,
        string id,
        string path,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (new ApiQuery(request).Refusal() is { } refusal)
        {
            return refusal;
        }

        (JobRecord? job, IResult? missing) = await jobs.FindAsync(id, cancellationToken);
        if (job is null)
        {
            return missing!;
        }

        if (await ledger.GetArtifactAsync(id, path, cancellationToken) is not { } artifact
            || await blobs.OpenContentAsync(id, artifact.Hash, cancellationToken) is not { } content)
        {
            return Problems.NotFound("The job has no such artifact: an artifact is named by step, index and path, such as 'compile/0/out/app'.");
        }

        // What a job made is nobody's page: it is never shown in the service's name.
        HttpResponse response = request.HttpContext.Response;
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        IResult whole = Results.Stream(
            content,
            "application/octet-stream",
            fileDownloadName: artifact.Path[(artifact.Path.LastIndexOf('/') + 1)..],
            entityTag: new EntityTagHeaderValue($"\"{artifact.Hash}\""),
            enableRangeProcessing: true);
        return new RangedAnswer(whole, artifact.Size);
    }
}
