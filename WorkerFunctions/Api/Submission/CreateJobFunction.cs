using System.Diagnostics;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Api.Answers;
using FuncExec.WorkerFunctions.Api.Views;
using FuncExec.WorkerFunctions.Files;
using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Api.Submission;

/// <summary>Takes jobs.</summary>
public sealed class CreateJobFunction(
    SubmissionReader submissions, JobStarter starter, JobWaiter waiter, IBlobStore blobs, DiskSpace disk, IOptions<AppOptions> options, IJobLedger ledger)
{
    private const int DiskRetrySeconds = 30;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>
    /// <c>POST /api/jobs</c>: 202 with the job and its addresses once it is stored, or with <c>wait</c> 200 and the finished job
    /// if it ends in time; 200 for a repetition by its <c>Idempotency-Key</c>. How large a body may be depends on what it is:
    /// whoever reads it looks.
    /// </summary>
    [Function("CreateJob")]
    [DisableRequestSizeLimit]
    public async Task<IResult> CreateJob(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/jobs")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        ApiQuery query = new(request);
        TimeSpan? wait = query.Duration("wait", LongestWait);
        string? key = IdempotencyHeader.Read(request, query);
        if (query.Refusal() is { } refusal)
        {
            return refusal;
        }

        HttpResponse response = request.HttpContext.Response;
        if (disk.FindLack() is { } lack)
        {
            return Problems.Later(response, StatusCodes.Status503ServiceUnavailable, lack, DiskRetrySeconds);
        }

        string id = JobIds.New(ledger.Now);
        Submitted submitted = await ReadAsync(request, id, cancellationToken);
        if (submitted is not Submitted.Valid valid)
        {
            return ((Submitted.Refused)submitted).Answer;
        }

        JobRequest job = new()
        {
            Id = id,
            Job = valid.Job,
            Workspace = valid.Workspace,
            Idempotency = key is null ? null : IdempotencyHeader.Of(key, valid.Document.Span, valid.Workspace),
        };
        using JobWatch watch = waiter.Watch(id);
        return await starter.StartAsync(job, client, cancellationToken) switch
        {
            CreateJobOutcome.Created created => await AnswerAsync(response, client, created.Job, wait is null ? null : (watch, wait.Value), StatusCodes.Status202Accepted, cancellationToken),
            CreateJobOutcome.Known known => await AnswerKnownAsync(response, client, known.Job, wait, cancellationToken),
            CreateJobOutcome.KeyInUse => Problems.Of(
                StatusCodes.Status422UnprocessableEntity, "The Idempotency-Key was sent before with another job.", IdempotencyHeader.Name, "is in use: choose another for another job."),
            CreateJobOutcome.TooMany => Problems.TooManyJobs(response, options.Value.MaxConcurrentJobs, JobAdmission.BoundFor(valid.Job, options.Value.MaxConcurrentJobs)),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Reads what was sent; unless it is a valid job, nothing of it stays.</summary>
    private async Task<Submitted> ReadAsync(HttpRequest request, string id, CancellationToken cancellationToken)
    {
        bool isKept = false;
        try
        {
            Submitted submitted = await submissions.ReadAsync(request, id, cancellationToken);
            isKept = submitted is Submitted.Valid;
            return submitted;
        }
        finally
        {
            if (!isKept && MultipartJob.IsMultipart(request))
            {
                await blobs.DeleteJobAsync(id, CancellationToken.None);
            }
        }
    }

    private async Task<IResult> AnswerKnownAsync(
        HttpResponse response, DurableTaskClient client, JobRecord job, TimeSpan? wait, CancellationToken cancellationToken)
    {
        using JobWatch watch = waiter.Watch(job.Id);
        return await AnswerAsync(response, client, job, wait is null ? null : (watch, wait.Value), StatusCodes.Status200OK, cancellationToken);
    }

    private async Task<IResult> AnswerAsync(
        HttpResponse response, DurableTaskClient client, JobRecord job, (JobWatch Watch, TimeSpan AtMost)? wait, int status, CancellationToken cancellationToken)
    {
        if (wait is { } patience && await waiter.WaitAsync(patience.Watch, job.Id, patience.AtMost, cancellationToken) is { } waited)
        {
            job = waited;
            status = job.State is JobState.Finished ? StatusCodes.Status200OK : status;
        }

        JobAnswers.SetLocation(response, job.Id);
        return JobAnswers.Of(JobView.Of(job).With(client.CreateHttpManagementPayload(job.Id)), status);
    }
}
