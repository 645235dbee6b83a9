using System.Text;
using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Api.Streams;
using FuncExec.WorkerFunctions.Output;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Api;

public sealed class LostOutputTests
{
    private static readonly TaskKey s_task = new(LedgerRig.JobId, 0, 0);

    [Fact]
    public async Task What_a_lost_node_had_written_is_read_once_its_task_has_ended()
    {
        await using LedgerRig rig = await LedgerRig.OpenAsync(1, "a", "b");
        await rig.ClaimAsync("a", 0, "half of i");
        await rig.Ledger.EndNodeAsync("a", CancellationToken.None);
        TaskClaim claim = new() { Task = s_task, Attempt = 1, Node = "b", RerunOnLoss = false };
        Assert.IsType<ClaimOutcome.Ended>(await rig.Ledger.ClaimAsync(claim, CancellationToken.None));

        Assert.Equal("half of i", await ReadAsync(rig));
    }

    [Fact]
    public async Task What_the_last_attempt_wrote_is_read_after_the_next_was_given_back()
    {
        await using LedgerRig rig = await LedgerRig.OpenAsync(1, "a");
        long token = await rig.ClaimAsync("a", 0, "kept in the store");
        AttemptEnd end = new()
        {
            Task = s_task,
            Token = token,
            Status = JobTaskStatus.Failed,
            ExitCode = 1,
            Error = "no",
            RetryAfter = TimeSpan.Zero,
            Stdout = new OutputRecord(17, 17, "store"u8.ToArray()),
        };
        Assert.IsType<EndAttemptOutcome.Recorded>(await rig.Ledger.EndAttemptAsync(end, CancellationToken.None));
        await rig.Ledger.ReleaseAsync(s_task, await rig.ClaimAsync("a", 0, "", attempt: 2), CancellationToken.None);

        Assert.Equal("kept in the store", await ReadAsync(rig));
    }

    private static async Task<string> ReadAsync(LedgerRig rig)
    {
        TaskRecord task = (await rig.Ledger.GetTaskAsync(s_task, CancellationToken.None))!;
        OutputExtent extent = await OutputExtent.OfAsync(rig.Blobs, task, OutputStream.Stdout, 0, CancellationToken.None);
        byte[] buffer = new byte[100];
        OutputSlice slice = await new OutputReader(rig.Blobs).ReadAsync(task, OutputStream.Stdout, 0, buffer, CancellationToken.None);
        Assert.Equal((0, slice.Count), (extent.Begin, extent.End));
        Assert.True(extent.IsComplete);
        return Encoding.ASCII.GetString(buffer, 0, slice.Count);
    }
}
