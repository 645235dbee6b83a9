using FuncExec.Ledger.Sqlite.Operations;
using FuncExec.Ledger.Sqlite.Tables;
using FuncExec.Ledger.Values;

namespace FuncExec.Ledger.Sqlite.Reading;

/// <summary>Reads jobs with their steps.</summary>
internal static class JobReading
{
    /// <summary>A page holds no more steps than this, or one job.</summary>
    private const int MostSteps = 20_000;

    private const char List = 'j';

    internal static JobRecord? Find(LedgerReader reader, string jobId) =>
        reader.FindSeen(jobId) is { } job ? JobOperations.WithSteps(reader.Tables, job) : null;

    internal static LedgerPage<JobRecord> ReadPage(LedgerReader reader, JobFilter filter, string? after, int limit)
    {
        string? last = after is null ? null : Cursor.ReadText(List, after);
        List<StoredJob> found = reader.Tables.JobLists.Read(filter, last, limit + 1);
        var jobs = new List<JobRecord>();
        int steps = 0;
        foreach (StoredJob job in found)
        {
            if (jobs.Count == limit || steps > MostSteps)
            {
                return new LedgerPage<JobRecord>(jobs, Cursor.Of(List, jobs[^1].Id));
            }

            JobRecord record = JobOperations.WithSteps(reader.Tables, job);
            steps += record.Steps.Count;
            jobs.Add(record);
        }

        return new LedgerPage<JobRecord>(jobs, null);
    }

    internal static IReadOnlyList<JobRecord> ReadForCare(LedgerReader reader, CareKind kind, DateTimeOffset before, string? after, int limit)
    {
        JobListTable lists = reader.Tables.JobLists;

        // A job that has gone since was dealt with: the list begins anew, without it.
        StoredJob? last = after is null ? null : reader.Tables.Jobs.Find(after);
        List<StoredJob> jobs = kind switch
        {
            CareKind.Preparing => lists.ReadByState(JobState.Preparing, before, last, limit),
            CareKind.Accepted => lists.ReadByState(JobState.Accepted, before, last, limit),
            CareKind.Unfinished => lists.ReadByState(JobState.Started, before, last, limit),
            CareKind.Deleting => lists.ReadByState(JobState.Deleting, DateTimeOffset.MaxValue, last, limit),
            CareKind.Running => lists.ReadRunning(last, limit),
            CareKind.Finished => lists.ReadFinished(before, last, limit),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It is no kind."),
        };
        return [.. jobs.Select(job => JobOperations.WithSteps(reader.Tables, job))];
    }
}
