using System.Globalization;
using Microsoft.DurableTask.Client;

namespace FuncExec.Fidelity.App.Facts;

/// <summary>The management API: purging.</summary>
internal static class ManagementPurgeFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("DELETE instances/ID of one that has ended", async asking =>
        {
            await asking.RunAsync("EndsAtOnce");
            return await asking.TellAsync("DELETE", "instances/ID") + "\nthen " + await asking.TellAsync("GET", "instances/ID");
        }),
        new("DELETE instances/ID of one that runs", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            return await asking.TellAsync("DELETE", "instances/ID");
        }),
        new("DELETE instances/ID of an id that does not exist", asking => asking.TellAsync("DELETE", "instances/ID")),
        new("DELETE instances?createdTimeFrom= in the future", asking => asking.TellAsync("DELETE", "instances?createdTimeFrom=2099-01-01T00:00:00Z")),
        new("DELETE instances?createdTimeFrom=&createdTimeTo=&runtimeStatus=Completed", PurgeTwoAsync) { Alone = true },
        new("DELETE instances without createdTimeFrom", asking =>
            asking.TellAsync("DELETE", "instances?createdTimeTo=2001-01-01T00:00:00Z&runtimeStatus=Completed")),
    ];

    private static async Task<string> PurgeTwoAsync(Inquiry asking)
    {
        DateTimeOffset[] created = [await EndAsync("a"), await EndAsync("b")];
        string told = await asking.TellAsync("DELETE", $"instances?createdTimeFrom={Spell(created[0].AddMilliseconds(-1))}&createdTimeTo={Spell(created[1].AddMilliseconds(1))}&runtimeStatus=Completed");
        return $"{told}\n{(await asking.Client.GetInstanceAsync(asking.Id + "a") is null ? "gone" : "there")}";

        async Task<DateTimeOffset> EndAsync(string suffix)
        {
            await asking.StartAsync("EndsAtOnce", id: asking.Id + suffix);
            await asking.EndAsync(asking.Id + suffix);
            OrchestrationMetadata metadata = await asking.GetAsync(asking.Id + suffix);
            return metadata.CreatedAt;
        }
    }

    private static string Spell(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
