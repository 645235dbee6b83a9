using FuncExec.Ledger;
using FuncExec.Orchestrator.Reading;
using FuncExec.WorkerFunctions.Api.Answers;
using FuncExec.WorkerFunctions.Files;
using FuncExec.WorkerFunctions.Files.Workspaces;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace FuncExec.WorkerFunctions.Api.Submission;

/// <summary>
/// Reads a job that comes with a workspace: <c>multipart/form-data</c> with the parts <c>job</c> and <c>workspace</c>, in any
/// order, as a stream. The archive goes to the store while it arrives, under the id that the job is to have.
/// </summary>
public sealed class MultipartJob(JobDocumentReader documents, WorkspaceStore workspaces, FileLimits limits)
{
    private const string JobPart = "job";
    private const string WorkspacePart = "workspace";
    private const int LongestBoundary = 70;
    private const int HeadersLimit = 16 * 1024;

    /// <summary>What divides the parts and tells their names.</summary>
    private const int FrameLimit = 1024 * 1024;

    /// <summary>How many bytes a form may have, as far as its length tells; what arrives is bounded part by part.</summary>
    internal long LargestForm => limits.WorkspaceLimit + JobLimits.DocumentBytes + FrameLimit;

    /// <summary>What is said of one that has more.</summary>
    internal string TooLarge =>
        $"A form has a workspace of at most {ByteSize.Format(limits.WorkspaceLimit)} (FuncExec__WorkspaceLimit) and a document of at most {ByteSize.Format(JobLimits.DocumentBytes)}.";

    internal static bool IsMultipart(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    internal async Task<Submitted> ReadAsync(HttpRequest request, string jobId, CancellationToken cancellationToken)
    {
        MediaTypeHeaderValue type = MediaTypeHeaderValue.Parse(request.ContentType);
        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > LongestBoundary)
        {
            return Refuse("Content-Type", $"must have a boundary of 1 to {LongestBoundary} characters.");
        }

        MultipartReader reader = new(boundary, request.Body) { HeadersLengthLimit = HeadersLimit };
        try
        {
            return await ReadPartsAsync(reader, jobId, cancellationToken);
        }
        catch (Exception exception) when (IsMalformed(exception) && !cancellationToken.IsCancellationRequested)
        {
            return Refuse("$body", "is not the multipart/form-data that its Content-Type announces, or ends early.");
        }
    }

    // The reader says by ordinary exceptions that what it reads is malformed; a sender that is gone is another matter.
    private static bool IsMalformed(Exception exception) =>
        exception is InvalidDataException || exception.GetType() == typeof(IOException);

    private async Task<Submitted> ReadPartsAsync(MultipartReader reader, string jobId, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? document = null;
        ContentId? workspace = null;
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            string? name = NameOf(section);
            if (name == JobPart && document is null)
            {
                document = await JsonBody.ReadAsync(section.Body, null, JobLimits.DocumentBytes, cancellationToken);
                if (document is null)
                {
                    return new Submitted.Refused(Problems.TooLarge(JobDocumentReader.TooLong));
                }

                // A job with mistakes need not wait for a gigabyte to arrive.
                if (documents.Read(document.Value, null) is Submitted.Refused refused)
                {
                    return refused;
                }
            }
            else if (name == WorkspacePart && workspace is null)
            {
                ReceiveOutcome outcome = await workspaces.ReceiveAsync(jobId, section.Body, cancellationToken);
                if (outcome is not ReceiveOutcome.Accepted accepted)
                {
                    return new Submitted.Refused(WorkspaceAnswers.Of(outcome));
                }

                workspace = new ContentId(accepted.Hash, accepted.Size);
            }
            else
            {
                return name is JobPart or WorkspacePart
                    ? Refuse(name, "is there twice.")
                    : Refuse(Shown(name), $"is no part of this form; these are: {JobPart}, {WorkspacePart}.");
            }
        }

        return document is { } read ? documents.Read(read, workspace) : Refuse(JobPart, "is missing: a part of this name has the job as JSON.");
    }

    private static string? NameOf(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition)
        && disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase)
            ? HeaderUtilities.RemoveQuotes(disposition.Name).ToString()
            : null;

    private static string Shown(string? name)
    {
        const int longest = 64;
        return string.IsNullOrEmpty(name) ? "(no name)" : name.Length <= longest ? name : name[..longest] + "…";
    }

    private static Submitted.Refused Refuse(string member, string fault) => new(
        Problems.Of(StatusCodes.Status400BadRequest, "The form cannot be taken.", member, fault));
}
