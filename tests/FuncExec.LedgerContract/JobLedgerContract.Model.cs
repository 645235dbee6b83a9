using FuncExec.Orchestrator.Jobs;

namespace FuncExec.LedgerContract;

public abstract partial class JobLedgerContract
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Whatever_is_done_in_whatever_order_the_ledger_agrees_with_a_simple_model(int seed)
    {
        var random = new Random(seed);
        var model = new ModelJob(await StartAsync(4, 3), [4, 3]);
        var nodes = new List<string> { await BeginNodeAsync() };
        model.LiveNodes.Add(nodes[0]);
        for (int i = 0; i < 250; i++)
        {
            await StepAsync(model, nodes, random);
            if (i % 10 == 0)
            {
                await CompareAsync(model);
            }
        }

        await CompareAsync(model);
        await ReopenAsync();
        await CompareAsync(model);
        await ReadEventsAsync(model.Id);
    }

    private async Task StepAsync(ModelJob model, List<string> nodes, Random random)
    {
        int step = random.Next(2);
        int index = random.Next(step == 0 ? 4 : 3);
        ModelTask task = model.Tasks[(step, index)];
        var key = new TaskKey(model.Id, step, index);
        string node = nodes[random.Next(nodes.Count)];
        switch (random.Next(20))
        {
            case < 8:
                int attempt = task.Status is JobTaskStatus.Running ? task.Attempt : task.Attempt + 1;
                bool rerun = random.Next(4) > 0;
                Assert.Equal(model.Claim(task, attempt, node, rerun), (await ClaimAsync(key, node, attempt, rerun)).GetType());
                break;
            case < 14:
                bool isRetry = random.Next(3) == 0;
                JobTaskStatus status = isRetry || random.Next(2) == 0 ? JobTaskStatus.Failed : JobTaskStatus.Succeeded;
                long token = random.Next(5) == 0 ? task.Token - 1 : task.Token;
                EndAttemptOutcome ended = await Ledger.EndAttemptAsync(End(key, token, status, isRetry ? TimeSpan.Zero : null), s_never);
                Assert.Equal(model.End(task, token, status, isRetry), ended.GetType());
                break;
            case 14:
                await Ledger.EndNodeAsync(node, s_never);
                model.LiveNodes.Remove(node);
                break;
            case 15 or 16:
                nodes.Add(await BeginNodeAsync());
                model.LiveNodes.Add(nodes[^1]);
                break;
            case 17 when random.Next(20) == 0:
                await Ledger.CloseStepAsync(model.Id, step, new StepClosing(JobTaskStatus.Skipped, "closed"), s_never);
                model.Close(step, JobTaskStatus.Skipped);
                break;
            case 18:
                bool suspended = random.Next(3) == 0;
                await Ledger.SetSuspendedAsync(model.Id, suspended, s_never);
                model.IsSuspended = model.IsStopping ? model.IsSuspended : suspended;
                break;
            case 19 when random.Next(20) == 0:
                await Ledger.StopJobAsync(model.Id, StopKind.Cancel, null, s_never);
                while (await Ledger.CancelWaitingAsync(model.Id, "cancelled", 2, s_never))
                {
                }

                model.Cancel();
                break;
        }
    }

    private async Task CompareAsync(ModelJob model)
    {
        JobRecord job = await CheckCountsAsync(model.Id);
        Assert.Equal(model.IsSuspended, job.IsSuspended);
        foreach (((int step, int index), ModelTask expected) in model.Tasks)
        {
            TaskRecord found = await GetTaskAsync(new TaskKey(model.Id, step, index));
            Assert.Equal(
                (expected.Status, expected.Attempt, expected.Token, expected.Losses),
                (found.Status, found.Attempt, found.Token, found.Losses));
        }
    }
}
