using Azure;
using FuncExec.Ledger.Azure.Tables;

namespace FuncExec.Ledger.Azure.Jobs;

/// <summary>Reads heads, and jobs whose steps belong to their heads.</summary>
internal sealed class JobReader(LedgerTable table)
{
    private const int MostTries = 100;

    internal LedgerTable Table => table;

    /// <summary>A head, also of a job that is being deleted or gone; null when there is none, or it can be no job's id.</summary>
    internal async Task<LoadedHead?> LoadAsync(string jobId, CancellationToken cancellationToken)
    {
        if (!KeyText.IsPlain(jobId))
        {
            return null;
        }

        TableRow? row = await table.FindAsync(RowKeys.Partition(jobId), RowKeys.Head, cancellationToken).ConfigureAwait(false);
        return row is null ? null : new LoadedHead(LedgerJson.Read(row, LedgerJson.Default.HeadData), row.ETag);
    }

    /// <summary>The version of a head, or null where there is none.</summary>
    internal async Task<ETag?> FindVersionAsync(string jobId, CancellationToken cancellationToken) =>
        KeyText.IsPlain(jobId)
            ? await table.FindVersionAsync(RowKeys.Partition(jobId), RowKeys.Head, cancellationToken).ConfigureAwait(false)
            : null;

    /// <summary>A job that callers see, or null.</summary>
    internal async Task<LoadedHead?> FindSeenAsync(string jobId, CancellationToken cancellationToken) =>
        await LoadAsync(jobId, cancellationToken).ConfigureAwait(false) is { Head.IsSeen: true } found ? found : null;

    /// <summary>One step of a job, or null when it has no such one.</summary>
    internal async Task<StepData?> FindStepAsync(LoadedHead loaded, int step, CancellationToken cancellationToken)
    {
        if (step < 0 || step >= loaded.Head.Steps)
        {
            return null;
        }

        if (step < JobWork.StepsInRow)
        {
            return loaded.Data.Steps[step];
        }

        StepsData page = await ReadPageAsync(table, loaded.Head, step / JobWork.StepsInRow, cancellationToken).ConfigureAwait(false);
        return page.Steps[step % JobWork.StepsInRow];
    }

    /// <summary>A job with its steps, or null when it cannot be seen any more.</summary>
    internal async Task<JobRecord?> ReadAsync(LoadedHead loaded, CancellationToken cancellationToken)
    {
        LoadedHead? current = loaded;
        for (int tries = 0; current is { Head.IsSeen: true } && tries < MostTries; tries++)
        {
            if (await TryReadAsync(current, cancellationToken).ConfigureAwait(false) is { } job)
            {
                return job;
            }

            current = await LoadAsync(loaded.Head.Id, cancellationToken).ConfigureAwait(false);
        }

        return current is { Head.IsSeen: true }
            ? throw new LedgerUnavailableException($"The job '{loaded.Head.Id}' changes faster than its many steps can be read. The call may be repeated.")
            : null;
    }

    /// <summary>The steps of a job, each as it is now.</summary>
    internal async Task<List<StepData>> ReadStepsAsync(LoadedHead loaded, CancellationToken cancellationToken)
    {
        List<StepData> steps = [.. loaded.Data.Steps];
        if (loaded.Head.HasFurtherSteps)
        {
            await foreach (StepsData page in ListPagesAsync(table, loaded.Head, 1, cancellationToken).ConfigureAwait(false))
            {
                steps.AddRange(page.Steps);
            }
        }

        return steps;
    }

    /// <summary>A row of further steps.</summary>
    internal static async Task<StepsData> ReadPageAsync(LedgerTable table, JobHead job, int page, CancellationToken cancellationToken) =>
        await table.FindAsync(RowKeys.Partition(job.Id), RowKeys.Steps(job, page), cancellationToken).ConfigureAwait(false) is { } row
            ? LedgerJson.Read(row, LedgerJson.Default.StepsData)
            : throw new LedgerDamagedException($"Steps of the job '{job.Id}' are missing in the ledger's table. Restore a backup (docs/ledger.md).");

    /// <summary>The rows of further steps from a page on, in order.</summary>
    internal static async IAsyncEnumerable<StepsData> ListPagesAsync(
        LedgerTable table, JobHead job, int from, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var range = new TableRange(RowKeys.Partition(job.Id), RowKeys.Steps(job, from), RowKeys.StepPrefix(job) + "~");
        await foreach (TableRow row in table.ListAsync(range, 1_000, cancellationToken).ConfigureAwait(false))
        {
            yield return LedgerJson.Read(row, LedgerJson.Default.StepsData);
        }
    }

    // Pages are read after the head: none is older than it says, and one that is newer belongs to a later head.
    private async Task<JobRecord?> TryReadAsync(LoadedHead loaded, CancellationToken cancellationToken)
    {
        JobHead head = loaded.Head;
        var steps = new List<StepRecord>(head.Steps);
        Add(loaded.Data.Steps);
        if (head.HasFurtherSteps)
        {
            await foreach (StepsData page in ListPagesAsync(table, head, 1, cancellationToken).ConfigureAwait(false))
            {
                if (page.Version > head.Version)
                {
                    return null;
                }

                Add(page.Steps);
            }
        }

        return steps.Count == head.Steps ? head.ToRecord(steps) : null;

        void Add(IReadOnlyList<StepData> more)
        {
            foreach (StepData step in more)
            {
                steps.Add(step.ToRecord(steps.Count));
            }
        }
    }
}
