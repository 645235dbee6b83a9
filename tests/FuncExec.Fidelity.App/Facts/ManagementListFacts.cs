using System.Text.Json;

namespace FuncExec.Fidelity.App.Facts;

/// <summary>The management API: lists of instances.</summary>
internal static class ManagementListFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("GET instances?instanceIdPrefix=ID", async asking =>
        {
            await asking.RunAsync("ReadsText", "in");
            return await asking.TellAsync("GET", "instances?instanceIdPrefix=ID");
        }),
        new("GET instances?instanceIdPrefix=ID&showInput=false", async asking =>
        {
            await asking.RunAsync("ReadsText", "in");
            return await asking.TellAsync("GET", "instances?instanceIdPrefix=ID&showInput=false");
        }),
        new("GET instances of what does not exist", asking => asking.TellAsync("GET", "instances?instanceIdPrefix=ID")),
        new("GET instances?top=1, and on by the continuation header", PagesAsync),
        new("GET instances?runtimeStatus=Running,Suspended", asking => FindAsync(asking, "runtimeStatus=Running,Suspended")),
        new("GET instances?runtimeStatus=completed", asking => FindAsync(asking, "runtimeStatus=completed")),
        new("GET instances?runtimeStatus=Nonsense", asking => asking.TellAsync("GET", "instances?instanceIdPrefix=ID&runtimeStatus=Nonsense")),
        new("GET instances?createdTimeFrom= in the future", asking => FindAsync(asking, "createdTimeFrom=2099-01-01T00:00:00Z")),
        new("GET instances?createdTimeTo= in the past", asking => FindAsync(asking, "createdTimeTo=2001-01-01T00:00:00Z")),
        new("GET instances?createdTimeFrom= in the past", asking => FindAsync(asking, "createdTimeFrom=2001-01-01T00:00:00Z")),
        new("GET instances?createdTimeFrom=nonsense", asking => FindAsync(asking, "createdTimeFrom=nonsense")),
        new("GET instances?top=nonsense", asking => FindAsync(asking, "top=nonsense")),
        new("GET instances?top=0", asking => FindAsync(asking, "top=0")),
    ];

    /// <summary>One that has completed and one that runs: which of them the query finds.</summary>
    private static async Task<string> FindAsync(Inquiry asking, string query)
    {
        await asking.StartUntilAsync("WaitsFor", "waiting", id: asking.Id + "runs");
        await asking.StartAsync("EndsAtOnce", id: asking.Id + "done");
        await asking.EndAsync(asking.Id + "done");
        using HttpResponseMessage response = await asking.SendAsync("GET", $"instances?instanceIdPrefix=ID&{query}");
        return response.IsSuccessStatusCode ? $"{(int)response.StatusCode}: {await IdsAsync(asking, response)}" : await asking.TellAsync(response);
    }

    private static async Task<string> PagesAsync(Inquiry asking)
    {
        foreach (string suffix in (string[])["a", "b", "c"])
        {
            await asking.StartAsync("EndsAtOnce", id: asking.Id + suffix);
            await asking.EndAsync(asking.Id + suffix);
        }

        var found = new List<string>();
        string? continuation = null;
        int pages = 0;
        do
        {
            using HttpResponseMessage page = await asking.SendAsync("GET", "instances?instanceIdPrefix=ID&top=1", continuation: continuation);
            string ids = await IdsAsync(asking, page);
            pages += ids.Contains(' ', StringComparison.Ordinal) ? 100 : 1;
            found.AddRange(ids.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            continuation = page.Headers.TryGetValues("x-ms-continuation-token", out IEnumerable<string>? values) ? values.Single() : null;
        }
        while (!string.IsNullOrEmpty(continuation) && pages < 20);

        return $"{string.Join(' ', found.Order())}; pages of one: {pages is 3 or 4}";
    }

    private static async Task<string> IdsAsync(Inquiry asking, HttpResponseMessage response)
    {
        using JsonDocument list = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return string.Join(' ', list.RootElement.EnumerateArray()
            .Select(item => "ID" + item.GetProperty("instanceId").GetString()![asking.Id.Length..])
            .Order());
    }
}
