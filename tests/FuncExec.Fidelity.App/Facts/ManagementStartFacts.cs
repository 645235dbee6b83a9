namespace FuncExec.Fidelity.App.Facts;

/// <summary>The management API: starting.</summary>
internal static class ManagementStartFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("POST orchestrators/NAME/ID", asking => asking.TellAsync("POST", "orchestrators/EndsAtOnce/ID", "{}")),
        new("POST orchestrators/NAME: the id that is made", asking => asking.TellAsync("POST", "orchestrators/EndsAtOnce", "{}")),
        new("POST orchestrators/NAME/ID with JSON: the input", async asking =>
        {
            await asking.TellAsync("POST", "orchestrators/ReadsObject/ID", """{"Name": "é", "Count": 2}""");
            return await asking.EndAsync();
        }),
        new("POST orchestrators/NAME/ID without a body: the input", async asking =>
        {
            await asking.TellAsync("POST", "orchestrators/ReadsText/ID");
            return await asking.EndAsync();
        }),
        new("POST orchestrators/NAME/ID with text that is no JSON", asking => asking.TellAsync("POST", "orchestrators/EndsAtOnce/ID", "{no")),
        new("POST orchestrators/NAME/ID of one that does not exist", asking => asking.TellAsync("POST", "orchestrators/DoesNotExist/ID", "{}")),
        new("POST orchestrators/NAME/ID with the id of one that runs", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            return await asking.TellAsync("POST", "orchestrators/EndsAtOnce/ID", "{}");
        }),
        new("POST orchestrators/NAME/ID with the id of one that has ended", async asking =>
        {
            await asking.RunAsync("EndsAtOnce");
            return await asking.TellAsync("POST", "orchestrators/EndsAtOnce/ID", "{}");
        }),
        new("POST orchestrators/NAME/ID with a slash in the id", asking => asking.TellAsync("POST", "orchestrators/EndsAtOnce/ID%2Fx", "{}")),
        new("POST orchestrators/NAME/ID?timeout=20&pollingInterval=1 of one that completes", asking =>
            asking.TellAsync("POST", "orchestrators/EndsAtOnce/ID?timeout=20&pollingInterval=1", "{}")),
        new("POST orchestrators/NAME/ID?timeout=20&pollingInterval=1 of one that fails", asking =>
            asking.TellAsync("POST", "orchestrators/ThrowsAtOnce/ID?timeout=20&pollingInterval=1", "{}")),
        new("POST orchestrators/NAME/ID?timeout=2&pollingInterval=1 of one that goes on", asking =>
            asking.TellAsync("POST", "orchestrators/WaitsFor/ID?timeout=2&pollingInterval=1", "{}")),
        new("CreateCheckStatusResponseAsync", asking => asking.TellAsync("POST", "/api/start/EndsAtOnce/ID")),
        new("WaitForCompletionOrCreateCheckStatusResponseAsync of one that completes", asking => asking.TellAsync("POST", "/api/wait/EndsAtOnce/ID")),
        new("WaitForCompletionOrCreateCheckStatusResponseAsync of one that fails", asking => asking.TellAsync("POST", "/api/wait/ThrowsAtOnce/ID")),
        new("WaitForCompletionOrCreateCheckStatusResponseAsync of one that goes on", asking => asking.TellAsync("POST", "/api/wait/WaitsFor/ID")),
    ];
}
