using System.Text;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Api;

public sealed class EventStreamTests
{
    [Fact]
    public async Task Output_of_a_lost_node_is_sent_before_another_begins_anew()
    {
        await using LedgerRig rig = await LedgerRig.OpenAsync(1, "a", "b");
        await rig.ClaimAsync("a", 0, "half of i");
        await rig.Ledger.EndNodeAsync("a", CancellationToken.None);
        long token = await rig.ClaimAsync("b", 0, "");
        await rig.EndAsync(0, token, "half of it and the rest");
        await rig.FinishAsync();

        List<ReceivedEvent> all = await rig.ReadAsync(null);

        Assert.Equal(
            ["running", "task running 1", "output 1 half of i", "task running 2", "output 2 half of it and the rest", "task succeeded 2", "succeeded"],
            all.Select(Describe));
        await AssertEveryCutResumesAsync(rig, all);
    }

    [Fact]
    public async Task Output_of_a_lost_node_is_sent_before_its_task_is_cancelled()
    {
        await using LedgerRig rig = await LedgerRig.OpenAsync(1, "a");
        await rig.ClaimAsync("a", 0, "half");
        await rig.Ledger.EndNodeAsync("a", CancellationToken.None);
        await rig.Ledger.StopJobAsync(LedgerRig.JobId, FuncExec.Ledger.StopKind.Cancel, null, CancellationToken.None);
        Assert.False(await rig.Ledger.CancelWaitingAsync(LedgerRig.JobId, "It was cancelled.", 100, CancellationToken.None));
        await rig.Ledger.FinishJobAsync(LedgerRig.JobId, new FuncExec.Ledger.JobEnd(FuncExec.Orchestrator.Jobs.JobStatus.Cancelled, "x"), CancellationToken.None);

        List<ReceivedEvent> all = await rig.ReadAsync(null);

        Assert.Contains("output 1 half", all.Select(Describe));
        Assert.True(all.FindIndex(static one => one.Kind == "output") < all.FindIndex(static one => one.Kind == "task" && one.Data.GetProperty("status").GetString() == "cancelled"));
        await AssertEveryCutResumesAsync(rig, all);
    }

    [Fact]
    public async Task Cursor_with_more_attempts_than_it_holds_resumes_exactly()
    {
        const int count = 200;
        await using LedgerRig rig = await LedgerRig.OpenAsync(count, "a");
        long[] tokens = new long[count];
        for (int task = 0; task < count; task++)
        {
            tokens[task] = await rig.ClaimAsync("a", task, task % 3 == 0 ? "" : $"begin {task}, ");
        }

        for (int task = count - 1; task >= 0; task--)
        {
            await rig.EndAsync(task, tokens[task], task % 3 == 0 ? "" : $"begin {task}, end {task}");
        }

        await rig.FinishAsync();

        List<ReceivedEvent> all = await rig.ReadAsync(null);

        Assert.Equal(2 + (2 * count), all.Count(static one => one.Kind != "output"));
        await AssertEveryCutResumesAsync(rig, all);
    }

    private static async Task AssertEveryCutResumesAsync(LedgerRig rig, List<ReceivedEvent> all)
    {
        for (int i = 0; i < all.Count - 1; i++)
        {
            List<ReceivedEvent> rest = await rig.ReadAsync(all[i].Id);
            Assert.Equal(all[(i + 1)..].Select(Describe), rest.Select(Describe));
            Assert.Equal(all[(i + 1)..].Select(static one => one.Id), rest.Select(static one => one.Id));
        }
    }

    private static string Describe(ReceivedEvent one) => one.Kind switch
    {
        "output" => $"output {one.Data.GetProperty("token")} {Encoding.ASCII.GetString(one.Data.GetProperty("data").GetBytesFromBase64())}",
        "task" => $"task {one.Data.GetProperty("status")} {one.Data.GetProperty("token")}",
        _ => one.Data.GetProperty("status").GetString()!,
    };
}
