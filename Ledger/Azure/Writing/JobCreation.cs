using Azure;
using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Azure.Tables;
using FuncExec.Ledger.Values;

namespace FuncExec.Ledger.Azure.Writing;

/// <summary>
/// Accepts jobs. First a place among the unfinished is taken, then the key names the job, then its rows are written, last its head:
/// from then on it is there. Where that stops half way a repetition of the call goes on; where there is none, whoever comes with
/// the same key fences the id, and places without a job are freed later.
/// </summary>
internal sealed class JobCreation(
    JobReader jobs, JobCommits commits, TotalsTable totals, RequestTable requests, JobPlaces places, LedgerLimits limits, TimeProvider time)
{
    /// <summary>What one row holds of a document.</summary>
    private const int DocumentPart = 512 * 1024;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    private LedgerTable Table => jobs.Table;

    internal async Task<CreateJobOutcome> RunAsync(NewJob job, int maxUnfinished, CancellationToken cancellationToken)
    {
        for (bool isFirst = true; ; isFirst = false)
        {
            (CreateJobOutcome? known, Claim? claim) = job.Idempotency is { } request
                ? await FindByKeyAsync(job, request, cancellationToken).ConfigureAwait(false)
                : (null, null);
            known ??= await FindByIdAsync(job, isFirst, cancellationToken).ConfigureAwait(false);
            if (known is not null)
            {
                return known;
            }

            if (!await TakePlaceAsync(job.Id, maxUnfinished, cancellationToken).ConfigureAwait(false))
            {
                return new CreateJobOutcome.TooMany();
            }

            if (claim is { } key && !await requests.TryWriteAsync(key.Partition, key.Data, key.ETag, cancellationToken).ConfigureAwait(false))
            {
                // Another one was faster, and names its own job.
                await totals.SettleAsync(job.Id, null, cancellationToken).ConfigureAwait(false);
            }
            else if (await InsertAsync(job, claim?.Partition, cancellationToken).ConfigureAwait(false) is { } created)
            {
                return created;
            }
        }
    }

    /// <summary>What the key made, or how it is to be written.</summary>
    private async Task<(CreateJobOutcome? Known, Claim? Claim)> FindByKeyAsync(NewJob job, IdempotencyKey request, CancellationToken cancellationToken)
    {
        string partition = RequestTable.PartitionOf(request);
        var own = new RequestData(job.Id, request.BodyHash);
        for (TimeSpan waited = TimeSpan.Zero; ; waited += s_look)
        {
            if (await requests.FindAsync(partition, cancellationToken).ConfigureAwait(false) is not { } found)
            {
                return (null, new Claim(partition, own, null));
            }

            LoadedHead? head = await jobs.LoadAsync(found.Data.JobId, cancellationToken).ConfigureAwait(false);
            if (head is { Head.IsSeen: true } && await jobs.ReadAsync(head, cancellationToken).ConfigureAwait(false) is { } there)
            {
                return (found.Data.BodyHash == request.BodyHash ? new CreateJobOutcome.Known(there) : new CreateJobOutcome.KeyInUse(), null);
            }

            // Its job is gone, or is this very call's. Where this call's id was fenced, the key is about to be another's.
            bool isOwn = found.Data.JobId == job.Id;
            if (isOwn ? head is null || waited >= limits.Patience : head is not null)
            {
                return (null, new Claim(partition, own, found.ETag));
            }

            if (waited >= limits.Patience)
            {
                // Whoever wrote it has died, or is about to be refused: one of the two heads comes first.
                await places.FenceAsync(found.Data.JobId, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await Task.Delay(s_look, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<CreateJobOutcome?> FindByIdAsync(NewJob job, bool isFirst, CancellationToken cancellationToken) =>
        await jobs.LoadAsync(job.Id, cancellationToken).ConfigureAwait(false) switch
        {
            null => null,
            { Head.IsSeen: true } head when await jobs.ReadAsync(head, cancellationToken).ConfigureAwait(false) is { } there =>
                new CreateJobOutcome.Known(there),
            _ when !isFirst => throw new LedgerUnavailableException(
                $"Accepting the job '{job.Id}' took so long that its id was given up. The request may be repeated, with a new id."),
            _ => throw new ArgumentException($"A job '{job.Id}' was there and has been deleted; a new job needs a new id.", nameof(job)),
        };

    private async Task<bool> TakePlaceAsync(string id, int maxUnfinished, CancellationToken cancellationToken)
    {
        if (await totals.TryTakeAsync(id, maxUnfinished, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        await places.FreeAsync(limits.Leftover, cancellationToken).ConfigureAwait(false);
        return await totals.TryTakeAsync(id, maxUnfinished, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the job; null when its id has come to another job, or to none, meanwhile.</summary>
    private async Task<CreateJobOutcome?> InsertAsync(NewJob job, string? requestKey, CancellationToken cancellationToken)
    {
        string commit = Guid.NewGuid().ToString("N");
        byte[]? document = job.Document is { } plain ? Packed.Of(plain.Span) : null;
        StepData[] steps = [.. job.Steps.Select(static step => new StepData(step.Name, step.Tasks))];
        JobHead head = NewHead(job, requestKey, commit) with { DocumentRows = ((document?.Length ?? 0) + DocumentPart - 1) / DocumentPart };
        await commits.AddAllAsync(Parts(head, document, steps), cancellationToken).ConfigureAwait(false);
        await commits.PutAllAsync([.. JobLists.Rows(head)], cancellationToken).ConfigureAwait(false);
        var row = new TableRow(
            RowKeys.Partition(job.Id), RowKeys.Head, LedgerJson.Write(new HeadData(head, [.. steps.Take(JobWork.StepsInRow)]), LedgerJson.Default.HeadData));
        if (await Table.ChangeAsync([new TableChange.Insert(row)], cancellationToken).ConfigureAwait(false) is TableOutcome.Changed
            || await jobs.LoadAsync(job.Id, cancellationToken).ConfigureAwait(false) is { } found && found.Head.MadeBy == commit)
        {
            return new CreateJobOutcome.Created(head.ToRecord([.. steps.Select(static (step, i) => step.ToRecord(i))]));
        }

        await commits.RemoveAsync(JobLists.OfCommit(JobLists.Rows(head), commit), cancellationToken).ConfigureAwait(false);
        await places.SettleAsync(job.Id, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private JobHead NewHead(NewJob job, string? requestKey, string commit)
    {
        DateTimeOffset now = time.GetUtcNow().ToUniversalTime();
        return new JobHead
        {
            Id = job.Id,
            Name = job.Name,
            State = job.RerunOf is null ? JobState.Accepted : JobState.Preparing,
            CreatedAt = now,
            ChangedAt = now,
            RerunOf = job.RerunOf,
            Workspace = job.Workspace,
            StoredBytes = job.StoredBytes,
            Steps = job.Steps.Count,
            RequestKey = requestKey,
            MadeBy = commit,
            ListedBy = commit,
            Commit = commit,
        };
    }

    // Rows that only the head makes known.
    private static IEnumerable<TableRow> Parts(JobHead head, byte[]? document, StepData[] steps)
    {
        string partition = RowKeys.Partition(head.Id);
        for (int part = 0; part < head.DocumentRows; part++)
        {
            int from = part * DocumentPart;
            yield return new TableRow(partition, RowKeys.Document(head, part), document.AsMemory(from, Math.Min(DocumentPart, document!.Length - from)));
        }

        foreach ((int page, StepData[] some) in steps.Chunk(JobWork.StepsInRow).Index().Skip(1))
        {
            yield return new TableRow(partition, RowKeys.Steps(head, page), LedgerJson.Write(new StepsData(0, some), LedgerJson.Default.StepsData));
        }
    }

    /// <summary>How a key is to be written.</summary>
    private sealed record Claim(string Partition, RequestData Data, ETag? ETag);
}
