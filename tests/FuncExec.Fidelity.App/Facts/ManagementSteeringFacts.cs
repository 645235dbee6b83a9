namespace FuncExec.Fidelity.App.Facts;

/// <summary>The management API: events, suspension and termination.</summary>
internal static class ManagementSteeringFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("POST instances/ID/raiseEvent/NAME", asking => WaitingAsync(asking, "raiseEvent/go", "\"sent\"")),
        new("POST instances/ID/raiseEvent/NAME without a body", asking => WaitingAsync(asking, "raiseEvent/go", null)),
        new("POST instances/ID/raiseEvent/NAME with an empty body", asking => WaitingAsync(asking, "raiseEvent/go", "")),
        new("POST instances/ID/raiseEvent/NAME with text that is no JSON", asking => WaitingAsync(asking, "raiseEvent/go", "{no")),
        new("POST instances/ID/raiseEvent/NAME with plain text", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            return await asking.TellAsync("POST", "instances/ID/raiseEvent/go", "sent", "text/plain");
        }),
        new("POST instances/ID/terminate?reason=", asking => WaitingAsync(asking, "terminate?reason=it%20is%20enough", null)),
        new("POST instances/ID/terminate without a reason", asking => WaitingAsync(asking, "terminate", null)),
        new("POST instances/ID/suspend?reason=", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            string told = await asking.TellAsync("POST", "instances/ID/suspend?reason=a%20break");
            await asking.UntilAsync(static metadata => metadata.RuntimeStatus == Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Suspended);
            return told;
        }),
        new("POST instances/ID/suspend of one that is suspended", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            await asking.SuspendAsync();
            return await asking.TellAsync("POST", "instances/ID/suspend?reason=again");
        }),
        new("POST instances/ID/resume?reason=", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            await asking.SuspendAsync();
            string told = await asking.TellAsync("POST", "instances/ID/resume?reason=on");
            await asking.UntilAsync(static metadata => metadata.RuntimeStatus == Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Running);
            return told;
        }),
        new("POST instances/ID/resume of one that is not suspended", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            return await asking.TellAsync("POST", "instances/ID/resume?reason=on");
        }),
        .. Each("raiseEvent/go", "terminate?reason=x", "suspend?reason=x", "resume?reason=x"),
    ];

    /// <summary>What is said of an id that does not exist, and of an instance that has ended.</summary>
    private static IEnumerable<Fact> Each(params string[] operations)
    {
        foreach (string operation in operations)
        {
            string name = operation.Split('?')[0].Replace("/go", "/NAME", StringComparison.Ordinal);
            yield return new($"POST instances/ID/{name} of an id that does not exist", asking => asking.TellAsync("POST", $"instances/ID/{operation}", "1"));
            yield return new($"POST instances/ID/{name} of one that has ended", async asking =>
            {
                await asking.RunAsync("EndsAtOnce");
                return await asking.TellAsync("POST", $"instances/ID/{operation}", "1");
            });
        }
    }

    /// <summary>The answer of one that waits; and its end, where that is come to.</summary>
    private static async Task<string> WaitingAsync(Inquiry asking, string operation, string? body)
    {
        await asking.StartUntilAsync("WaitsFor", "waiting");
        string told = await asking.TellAsync("POST", $"instances/ID/{operation}", body);
        return told.StartsWith("202", StringComparison.Ordinal) ? $"{told}\n{await asking.EndAsync()}" : told;
    }
}
