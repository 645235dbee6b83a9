using FuncExec.Cli.Output;
using FuncExec.Cli.Services;

namespace FuncExec.Cli.Jobs;

/// <summary>
/// What becomes of other jobs when a command line that hosts the service has done its own work: those that others have
/// handed over since it hosts are waited for; older ones go on at the next start.
/// </summary>
internal sealed class OthersJobs(ServiceSession session, DateTimeOffset since, string ownJobId, bool quiet)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for them; a cancelled token leaves them to the next start.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        bool told = quiet;
        try
        {
            while (true)
            {
                List<JobInfo> unfinished = await ListAsync(cancellationToken);
                JobInfo[] theirs = [.. unfinished.Where(job => job.CreatedAt >= since)];
                if (theirs.Length == 0)
                {
                    TellOlder(unfinished);
                    return;
                }

                if (!told)
                {
                    told = true;
                    Messages.Note($"waiting for {Count(theirs)} that another funcexec runs in this process; Ctrl-C ends the waiting, and they go on there.");
                }

                await Task.Delay(Interval, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // They are durable: whoever waits for one starts the service again.
        }
    }

    private static string Count(IReadOnlyList<JobInfo> jobs) => jobs.Count == 1 ? $"the job {jobs[0].Id}" : $"{jobs.Count} jobs";

    private void TellOlder(List<JobInfo> older)
    {
        if (older.Count > 0 && !quiet)
        {
            Messages.Note($"{(older.Count == 1 ? $"the job {older[0].Id}" : $"{older.Count} jobs")} of an earlier run {(older.Count == 1 ? "has" : "have")} not finished and will go on while a service runs here: funcexec serve");
        }
    }

    private async Task<List<JobInfo>> ListAsync(CancellationToken cancellationToken)
    {
        List<JobInfo> jobs = [];
        foreach (string status in new[] { "pending", "running" })
        {
            ListPage<JobInfo> page = await session.CallAsync(client => client.ListJobsAsync(status, cancellationToken), cancellationToken);
            jobs.AddRange(page.Items.Where(job => job.Id != ownJobId));
        }

        return jobs;
    }
}
