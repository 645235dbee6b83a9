using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Azure.Tables;

namespace FuncExec.Ledger.Azure.Reading;

/// <summary>Reads events: a row has those of one commit, and is found by the number of the last of them.</summary>
internal sealed class EventReader(JobReader jobs)
{
    internal async Task<IReadOnlyList<JobEvent>> ListAsync(string jobId, long after, int limit, CancellationToken cancellationToken)
    {
        if (await jobs.FindSeenAsync(jobId, cancellationToken).ConfigureAwait(false) is not { } head || after >= head.Head.LastEvent)
        {
            return [];
        }

        var events = new List<JobEvent>();
        long next = Math.Max(after, 0) + 1;
        var range = new TableRange(RowKeys.Partition(jobId), RowKeys.Events(next), RowKeys.EventPrefix + "~");
        await foreach (TableRow row in jobs.Table.ListAsync(range, limit, cancellationToken).ConfigureAwait(false))
        {
            foreach (EventData told in LedgerJson.Read(row, LedgerJson.Default.EventsData).Events)
            {
                if (told.Number < next)
                {
                    continue;
                }

                if (told.Number > next || events.Count == limit)
                {
                    // With a gap: the job is being deleted.
                    return events;
                }

                events.Add(told.ToEvent());
                next++;
            }
        }

        return events;
    }
}
