namespace FuncExec.Fidelity.App.Facts;

/// <summary>What brings a host to a standstill, or takes away what others work with. Asked last.</summary>
internal static class StallingFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("DELETE instances?createdTimeFrom=&runtimeStatus=Running", PurgeRunningAsync) { Alone = true },
        new("ConfigureAwait(false) on a durable task", asking => asking.RunAsync("ConfiguresAwait")),
        new("A child with an empty id", asking => asking.RunAsync("CallsNamed", "")),
        new("A child with the id of an instance that has ended", async asking =>
        {
            await asking.StartAsync("EndsAtOnce", id: asking.Id + "x");
            await asking.EndAsync(asking.Id + "x");
            return await asking.RunAsync("CallsNamed", asking.Id + "x");
        }),
        new("POST orchestrators/NAME/ID with an id that begins with @", asking => asking.TellAsync("POST", "orchestrators/EndsAtOnce/@ID", "{}")),
        new("An id of white space", asking => asking.ThrownAsync(() => asking.StartAsync("EndsAtOnce", id: "   "))),
        new("Two keys that differ in case", asking => asking.RunAsync("CallsTwoKeys")) { Alone = true },
        new("A child with a slash in its id", asking => asking.RunAsync("CallsNamed", asking.Id + "/x")) { Alone = true },
        new("An id of 500 characters", asking => NameFacts.WithIdAsync(asking, new string('x', 464))) { Alone = true },
    ];

    private static async Task<string> PurgeRunningAsync(Inquiry asking)
    {
        await asking.StartUntilAsync("WaitsFor", "waiting", id: asking.Id + "runs");
        await asking.StartAsync("EndsAtOnce", id: asking.Id + "done");
        await asking.EndAsync(asking.Id + "done");
        using HttpResponseMessage response = await asking.SendAsync("DELETE", "instances?createdTimeFrom=2001-01-01T00:00:00Z&runtimeStatus=Running");
        bool runs = await asking.Client.GetInstanceAsync(asking.Id + "runs") is not null;
        bool done = await asking.Client.GetInstanceAsync(asking.Id + "done") is not null;
        return $"{(int)response.StatusCode}; the one that runs is {(runs ? "there" : "gone")}, the one that has ended is {(done ? "there" : "gone")}";
    }
}
