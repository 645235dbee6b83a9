using FuncExec.Orchestrator.Reading;
using FuncExec.WorkerFunctions.Api.Answers;
using Microsoft.AspNetCore.Http;

namespace FuncExec.WorkerFunctions.Api.Submission;

/// <summary>Reads the body of a request that brings a job.</summary>
public sealed class SubmissionReader(JobDocumentReader documents, MultipartJob multipart)
{
    internal async Task<Submitted> ReadAsync(HttpRequest request, string jobId, CancellationToken cancellationToken)
    {
        if (JsonBody.WhyEncoded(request) is { } encoded)
        {
            return new Submitted.Refused(Problems.Of(StatusCodes.Status415UnsupportedMediaType, encoded, "Content-Encoding", "is not understood here."));
        }

        if (MultipartJob.IsMultipart(request))
        {
            return await multipart.ReadAsync(request, jobId, cancellationToken);
        }

        if (JsonBody.WhyUnsupported(request.ContentType) is { } reason)
        {
            return new Submitted.Refused(Problems.Unsupported(reason + " With a workspace: multipart/form-data with the parts 'job' and 'workspace'."));
        }

        return await JsonBody.ReadAsync(request.Body, request.ContentLength, JobLimits.DocumentBytes, cancellationToken) is { } document
            ? documents.Read(document, null)
            : new Submitted.Refused(Problems.TooLarge(JobDocumentReader.TooLong));
    }
}
