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
            return request.ContentLength > multipart.LargestForm
                ? TooLarge(request, multipart.TooLarge)
                : await multipart.ReadAsync(request, jobId, cancellationToken);
        }

        if (JsonBody.WhyUnsupported(request.ContentType) is { } reason)
        {
            return new Submitted.Refused(Problems.Unsupported(reason + " With a workspace: multipart/form-data with the parts 'job' and 'workspace'."));
        }

        if (await JsonBody.ReadAsync(request.Body, request.ContentLength, JobLimits.DocumentBytes, cancellationToken) is { } document)
        {
            return documents.Read(document, null);
        }

        return TooLarge(request, JobDocumentReader.TooLong);
    }

    /// <summary>Refuses a body of which the rest is not read, not even to reach the next request.</summary>
    private static Submitted.Refused TooLarge(HttpRequest request, string detail)
    {
        request.HttpContext.Response.Headers.Connection = "close";
        return new Submitted.Refused(Problems.TooLarge(detail));
    }
}
