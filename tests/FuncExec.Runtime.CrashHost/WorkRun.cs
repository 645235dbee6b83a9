namespace FuncExec.Runtime.CrashHost;

/// <summary>A client's part in the work: asks for instances, sends what they wait for, waits for their ends.</summary>
internal sealed class WorkRun(DurableTaskClient client, Journal journal)
{
    /// <summary>How many bytes each new instance carries along for nothing, to fill the hub's files sooner.</summary>
    public int Ballast { get; init; }

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
            await client.ScheduleNewOrchestrationInstanceAsync(item.Shape.ToString(), item.Input, OptionsOf(item));
            journal.Acknowledged(item.Id);
        }
    }

    private StartOrchestrationOptions OptionsOf(WorkItem item)
    {
        var options = new StartOrchestrationOptions(item.Id);
        if (Ballast == 0)
        {
            return options;
        }

        // Random, so that no compression makes it smaller.
        var bytes = new byte[Ballast];
        new Random(item.Number).NextBytes(bytes);
        return options with { Tags = new Dictionary<string, string> { ["ballast"] = Convert.ToBase64String(bytes) } };
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
