using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Azure.Tables;
using FuncExec.Ledger.Values;

namespace FuncExec.Ledger.Azure.Reading;

/// <summary>Pages of jobs.</summary>
internal sealed class JobPages(JobReader jobs, LedgerLimits limits)
{
    /// <summary>A page holds no more steps than this, or one job.</summary>
    private const int MostSteps = 20_000;

    private const char List = 'j';

    private readonly ListReader _lists = new(jobs, limits);

    /// <summary>Newest first.</summary>
    internal async Task<LedgerPage<JobRecord>> ReadAsync(JobFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        string from = "";
        if (after is not null)
        {
            string last = Cursor.ReadText(List, after);
            from = KeyText.IsPlain(last) ? KeyText.Complement(last) + "~" : throw new BadCursorException();
        }

        var found = new List<JobRecord>();
        int steps = 0;
        var range = new TableRange(JobLists.Of(filter), from, RowKeys.End);
        await foreach (LoadedHead head in _lists.ReadAsync(range, limit + 1, cancellationToken).ConfigureAwait(false))
        {
            if (found.Count == limit || steps > MostSteps)
            {
                return new LedgerPage<JobRecord>(found, Cursor.Of(List, found[^1].Id));
            }

            // It is read again where its steps do not belong to its head any more, and may be another one's list's by then.
            if (await jobs.ReadAsync(head, cancellationToken).ConfigureAwait(false) is { } job
                && (filter.Status is null || filter.Status == job.Status))
            {
                steps += job.Steps.Count;
                found.Add(job);
            }
        }

        return new LedgerPage<JobRecord>(found, null);
    }

    /// <summary>Oldest first.</summary>
    internal async Task<IReadOnlyList<JobRecord>> ReadForCareAsync(
        CareKind kind, DateTimeOffset before, string? after, int limit, CancellationToken cancellationToken)
    {
        string list = kind switch
        {
            CareKind.Preparing => JobLists.ByState(JobState.Preparing),
            CareKind.Accepted => JobLists.ByState(JobState.Accepted),
            CareKind.Unfinished => JobLists.ByState(JobState.Started),
            CareKind.Deleting => JobLists.ByState(JobState.Deleting),
            CareKind.Finished => JobLists.ByState(JobState.Finished),
            CareKind.Running => JobLists.Running,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It is no kind."),
        };
        string end = kind is CareKind.Deleting or CareKind.Running ? RowKeys.End : KeyText.Number(before.UtcTicks);
        var range = new TableRange(list, await FindPlaceAsync(kind, after, cancellationToken).ConfigureAwait(false), end);
        var found = new List<JobRecord>();
        await foreach (LoadedHead head in _lists.ReadAsync(range, limit, cancellationToken).ConfigureAwait(false))
        {
            if ((kind is not CareKind.Running || head.Head.Running > 0) && await ReadAsync(head, cancellationToken).ConfigureAwait(false) is { } job)
            {
                found.Add(job);
                if (found.Count == limit)
                {
                    break;
                }
            }
        }

        return found;
    }

    // A job that has gone since was dealt with: the list begins anew, without it.
    private async Task<string> FindPlaceAsync(CareKind kind, string? after, CancellationToken cancellationToken)
    {
        if (after is null || await jobs.LoadAsync(after, cancellationToken).ConfigureAwait(false) is not { Head: { IsRemoved: false } head })
        {
            return "";
        }

        DateTimeOffset? time = kind is CareKind.Finished ? head.FinishedAt : head.CreatedAt;
        return time is { } at ? JobLists.TimeKey(at, after) + "~" : "";
    }

    private async Task<JobRecord?> ReadAsync(LoadedHead head, CancellationToken cancellationToken) => head.Head.IsSeen
        ? await jobs.ReadAsync(head, cancellationToken).ConfigureAwait(false)
        : head.Head.ToRecord([]);
}
