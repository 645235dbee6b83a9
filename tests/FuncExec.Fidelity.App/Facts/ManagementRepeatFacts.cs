namespace FuncExec.Fidelity.App.Facts;

/// <summary>The management API: rewinding and restarting.</summary>
internal static class ManagementRepeatFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("POST instances/ID/rewind of one that has failed", async asking =>
        {
            await asking.RunAsync("FailsOnceInActivity");
            string told = await asking.TellAsync("POST", "instances/ID/rewind?reason=mended");
            if (told.StartsWith("202", StringComparison.Ordinal))
            {
                await asking.UntilAsync(static metadata => metadata.RuntimeStatus == Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Completed);
                told += "\n" + await asking.EndAsync();
            }

            return told;
        }),
        new("POST instances/ID/rewind of one that runs", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            return await asking.TellAsync("POST", "instances/ID/rewind?reason=x");
        }),
        new("POST instances/ID/rewind of one that has completed", async asking =>
        {
            await asking.RunAsync("EndsAtOnce");
            return await asking.TellAsync("POST", "instances/ID/rewind?reason=x");
        }),
        new("POST instances/ID/rewind of an id that does not exist", asking => asking.TellAsync("POST", "instances/ID/rewind?reason=x")),
        new("POST instances/ID/restart of one that has ended", async asking =>
        {
            await asking.RunAsync("ReadsText", "in");
            return await asking.TellAsync("POST", "instances/ID/restart");
        }),
        new("POST instances/ID/restart?restartWithNewInstanceId=false of one that has ended", async asking =>
        {
            await asking.RunAsync("ReadsText", "in");
            return await asking.TellAsync("POST", "instances/ID/restart?restartWithNewInstanceId=false") + "\n" + await asking.EndAsync();
        }),
        new("POST instances/ID/restart?restartWithNewInstanceId=false of one that runs", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            return await asking.TellAsync("POST", "instances/ID/restart?restartWithNewInstanceId=false");
        }),
        new("POST instances/ID/restart of an id that does not exist", asking => asking.TellAsync("POST", "instances/ID/restart")),
    ];
}
