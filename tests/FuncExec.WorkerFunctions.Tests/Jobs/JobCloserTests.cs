using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Summaries;
using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Tests.Tasks;

namespace FuncExec.WorkerFunctions.Tests.Jobs;

public sealed class JobCloserTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_look_that_finds_nothing_to_cancel_wakes_nobody()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        await node.Ledger.StopJobAsync(job, StopKind.Cancel, null, CancellationToken.None);
        await node.Ledger.CancelWaitingAsync(job, "why", 10, CancellationToken.None);
        using JobWatch watch = node.Get<JobSignals>().Watch(job);

        Assert.False(await node.Ledger.CancelWaitingAsync(job, "why", 10, CancellationToken.None));

        // Else whoever closes a job of which something runs wakes himself, again and again.
        Assert.False(await watch.WaitAsync(TimeSpan.Zero, TimeProvider.System, CancellationToken.None));
    }

    [Fact]
    public async Task A_root_that_ends_without_the_flag_ends_what_runs_and_names_the_event()
    {
        await using TestNode node = await TestNode.StartAsync();
        TaskCompletionSource started = new();
        node.Execute = async (_, _, cancellationToken) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new ExecutorPlugins.TaskOutcome.Cancelled();
        };
        string job = await node.BeginAsync("""{"commands":[{"command":"x"},{"command":"x"}]}""");
        Task running = node.RunAsync(job);
        await started.Task.WaitAsync(Patience);

        JobSummary summary = await node.Get<JobCloser>().CloseAsync(job, null, CancellationToken.None).WaitAsync(Patience);
        await running.WaitAsync(Patience);

        Assert.Equal((JobStatus.Cancelled, 2), (summary.Status, summary.Counts.Cancelled));
        Assert.StartsWith("cancelled: The event 'funcexec.cancel' was raised by the management API", summary.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_claim_that_failed_on_its_way_does_not_keep_its_job_from_ending()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        node.Execute = static (_, _, _) => throw new InvalidOperationException("broken around the work");
        node.LedgerFault = static call => call == nameof(IJobLedger.ReleaseAsync) ? new LedgerUnavailableException("away") : null;
        await Assert.ThrowsAsync<InvalidOperationException>(() => node.RunAsync(job));
        node.LedgerFault = static _ => null;
        Assert.Equal(JobTaskStatus.Running, (await node.TaskAsync(job)).Status);
        await node.Ledger.StopJobAsync(job, StopKind.Cancel, null, CancellationToken.None);

        JobSummary summary = await node.Get<JobCloser>().CloseAsync(job, null, CancellationToken.None).WaitAsync(Patience);

        Assert.Equal((JobStatus.Cancelled, 1), (summary.Status, summary.Counts.Cancelled));
    }
}
