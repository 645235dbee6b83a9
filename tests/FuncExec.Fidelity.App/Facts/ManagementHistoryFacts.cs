namespace FuncExec.Fidelity.App.Facts;

/// <summary>The management API: histories.</summary>
internal static class ManagementHistoryFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("GET instances/ID?showHistory=true", asking => TourAsync(asking, "instances/ID?showHistory=true")),
        new("GET instances/ID?showHistory=true&showHistoryOutput=true", asking => TourAsync(asking, "instances/ID?showHistory=true&showHistoryOutput=true")),
        new("GET instances/ID?showHistory=true&showHistoryOutput=true&showInput=false", asking =>
            TourAsync(asking, "instances/ID?showHistory=true&showHistoryOutput=true&showInput=false")),
        new("GET instances/ID?showHistory=true of one that runs", async asking =>
        {
            await asking.StartUntilAsync("Tours", "waiting", "in");
            return await asking.TellAsync("GET", "instances/ID?showHistory=true");
        }),
        new("GET instances/ID?showHistory=true of one that has failed", async asking =>
        {
            await asking.RunAsync("CallsThrow", "bad");
            return await asking.TellAsync("GET", "instances/ID?showHistory=true&showHistoryOutput=true");
        }),
        new("GET instances/ID?showHistory=true after ContinueAsNew", async asking =>
        {
            await asking.RunAsync("Continues", 1);
            return await asking.TellAsync("GET", "instances/ID?showHistory=true&showHistoryOutput=true");
        }),
        new("GET instances/ID?showHistory=true after a suspension, a resumption and a termination", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            await asking.SuspendAsync();
            await asking.Client.ResumeInstanceAsync(asking.Id, "on");
            await asking.UntilAsync(static metadata => metadata.RuntimeStatus == Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Running);
            await asking.Client.TerminateInstanceAsync(asking.Id, "enough");
            await asking.EndAsync();
            return await asking.TellAsync("GET", "instances/ID?showHistory=true&showHistoryOutput=true");
        }),
    ];

    private static async Task<string> TourAsync(Inquiry asking, string path)
    {
        await asking.StartUntilAsync("Tours", "waiting", "in");
        await asking.Client.RaiseEventAsync(asking.Id, "go", "come");
        await asking.EndAsync();
        return await asking.TellAsync("GET", path);
    }
}
