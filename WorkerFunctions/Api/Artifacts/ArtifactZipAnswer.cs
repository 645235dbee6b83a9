using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Files.Artifacts;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace FuncExec.WorkerFunctions.Api.Artifacts;

/// <summary>Answers with the artifacts of a job as one ZIP that is made while it is sent.</summary>
public sealed class ArtifactZipAnswer(IJobLedger ledger, ArtifactZip zip)
{
    internal async Task<IResult> SendAsync(HttpContext http, JobRecord job, int? step, CancellationToken cancellationToken)
    {
        HttpResponse response = http.Response;
        response.ContentType = "application/zip";
        response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = $"{job.Id}.zip" }.ToString();
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            // Whatever fails in the middle cuts the connection: a part must not look whole.
            await zip.WriteAsync(
                job.Id, ArtifactPages.AllAsync(ledger, job.Id, step, cancellationToken), job.FinishedAt ?? job.CreatedAt, response.Body, cancellationToken);
        }

        return Results.Empty;
    }
}
