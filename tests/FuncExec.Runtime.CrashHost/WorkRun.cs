namespace FuncExec.Runtime.CrashHost;

/// <summary>A client's part in the work: asks for instances, sends what they wait for, waits for their ends.</summary>
internal sealed class WorkRun(DurableTaskClient client, Journal journal)
{
    /// <summary>Asks for what does not exist, and waits until all have ended.</summary>
    public async Task TogetherAsync(IReadOnlyList<WorkItem> items)
    {
        await Task.WhenAll(items.Select(async item =>
        {
            await AskAsync(item);
            await FinishAsync(item);
        }));
    }

    /// <summary>The same, one instance at a time.</summary>
    public async Task InTurnAsync(IReadOnlyList<WorkItem> items)
    {
        foreach (WorkItem item in items)
        {
            await AskAsync(item);
            await FinishAsync(item);
        }
    }

    /// <summary>Sends an existing instance what it waits for, and waits for its end.</summary>
    public async Task<OrchestrationMetadata> FinishAsync(WorkItem item)
    {
        if (item.Shape == Shape.Listener)
        {
            await RaiseAsync(item, "first", item.Number);
            await RaiseAsync(item, "second", 2 * item.Number);
        }

        return await client.WaitForInstanceCompletionAsync(item.Id, getInputsAndOutputs: true);
    }

    private async Task AskAsync(WorkItem item)
    {
        if (await client.GetInstanceAsync(item.Id) is null)
        {
            journal.Asked(item.Id);
            await client.ScheduleNewOrchestrationInstanceAsync(item.Shape.ToString(), item.Input, new StartOrchestrationOptions(item.Id));
            journal.Acknowledged(item.Id);
        }
    }

    // Whether an earlier process sent it is not known: it is sent again, unless the instance has ended meanwhile.
    private async Task RaiseAsync(WorkItem item, string name, int payload)
    {
        try
        {
            await client.RaiseEventAsync(item.Id, name, payload);
        }
        catch (InvalidOperationException)
        {
            if (await client.GetInstanceAsync(item.Id) is not { IsCompleted: true })
            {
                throw;
            }
        }
    }
}
