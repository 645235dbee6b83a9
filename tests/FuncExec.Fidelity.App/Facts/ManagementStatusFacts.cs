namespace FuncExec.Fidelity.App.Facts;

/// <summary>The management API: the status of one instance.</summary>
internal static class ManagementStatusFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("GET instances/ID of one that runs", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting", "in");
            return await asking.TellAsync("GET", "instances/ID");
        }),
        new("GET instances/ID?showInput=false", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting", "in");
            return await asking.TellAsync("GET", "instances/ID?showInput=false");
        }),
        new("GET instances/ID of one that is suspended", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            await asking.Client.SuspendInstanceAsync(asking.Id, "a break");
            await asking.UntilAsync(static metadata => metadata.RuntimeStatus == Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Suspended);
            return await asking.TellAsync("GET", "instances/ID");
        }),
        new("GET instances/ID of one that has completed", asking => AfterAsync(asking, "ReadsText", "in", "instances/ID")),
        new("GET instances/ID of one with objects as input, status and output", asking =>
            AfterAsync(asking, "SetsObjectStatus", new Named("é", 1), "instances/ID")),
        new("GET instances/ID of one that has failed", asking => AfterAsync(asking, "ThrowsAtOnce", null, "instances/ID")),
        new("GET instances/ID of one whose activity has failed", asking => AfterAsync(asking, "CallsThrow", "bad", "instances/ID")),
        new("GET instances/ID?returnInternalServerErrorOnFailure=true of one that has failed", asking =>
            AfterAsync(asking, "ThrowsAtOnce", null, "instances/ID?returnInternalServerErrorOnFailure=true")),
        new("GET instances/ID?returnInternalServerErrorOnFailure=true of one that has completed", asking =>
            AfterAsync(asking, "EndsAtOnce", null, "instances/ID?returnInternalServerErrorOnFailure=true")),
        new("GET instances/ID of one that was terminated", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            await asking.Client.TerminateInstanceAsync(asking.Id, "enough");
            await asking.EndAsync();
            return await asking.TellAsync("GET", "instances/ID");
        }),
        new("GET instances/ID of an id that does not exist", asking => asking.TellAsync("GET", "instances/ID")),
        new("GET instances/ID with a slash in the id", async asking =>
        {
            string thrown = await asking.ThrownAsync(() => asking.StartAsync("EndsAtOnce", id: asking.Id + "/x"));
            return thrown == "nothing thrown" ? await asking.EndAsync(asking.Id + "/x") + "\n" + await asking.TellAsync("GET", "instances/ID%2Fx") : thrown;
        }),
        new("GET instances/ID with letters outside of ASCII in the id", async asking =>
        {
            await asking.StartAsync("EndsAtOnce", id: asking.Id + "é");
            await asking.EndAsync(asking.Id + "é");
            return await asking.TellAsync("GET", "instances/ID%C3%A9");
        }),
        new("GET instances/ID?showInput=perhaps", asking => AfterAsync(asking, "ReadsText", "in", "instances/ID?showInput=perhaps")),
        new("GET instances/ID?taskHub=another", asking => AfterAsync(asking, "ReadsText", "in", "instances/ID?taskHub=another")),
    ];

    private static async Task<string> AfterAsync(Inquiry asking, string orchestrator, object? input, string path)
    {
        await asking.RunAsync(orchestrator, input);
        return await asking.TellAsync("GET", path);
    }
}
