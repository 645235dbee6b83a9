using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Fidelity.App.Facts;

/// <summary>Names and ids.</summary>
public static class NameFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("An orchestrator's name in another case", asking => asking.RunAsync("ENDSATONCE")),
        new("An activity's name in another case", asking => asking.RunAsync("CallsShouted")),
        new("A child's name in another case", asking => asking.RunAsync("CallsChild", "ENDSATONCE")),
        new("The name that an orchestrator started in another case has", asking => asking.RunAsync("SAYSNAME")),
        new("Two ids that differ in case", async asking =>
        {
            await asking.StartAsync("EndsAtOnce", id: asking.Id + "a");
            await asking.EndAsync(asking.Id + "a");
            return await asking.Client.GetInstanceAsync(asking.Id + "A") is null ? "two" : "one";
        }),
        new("An id with letters outside of ASCII", asking => WithIdAsync(asking, "é€")),
        new("An id with spaces", asking => WithIdAsync(asking, " a b")),
        new("An id with a slash", asking => WithIdAsync(asking, "/a")),
        new("An id with a backslash", asking => WithIdAsync(asking, "\\a")),
        new("An id with a hash", asking => WithIdAsync(asking, "#a")),
        new("An id with a question mark", asking => WithIdAsync(asking, "?a")),
        new("An id with a control character", asking => WithIdAsync(asking, "\u0001a")),
        new("An id of 100 characters", asking => WithIdAsync(asking, new string('x', 64))),
        new("An id of 200 characters", asking => WithIdAsync(asking, new string('x', 164))),
        new("An id that begins with @", asking => asking.ThrownAsync(() => asking.StartAsync("EndsAtOnce", id: "@" + asking.Id))),
        new("An id that begins like an entity's", async asking =>
            await asking.ThrownAsync(() => asking.StartAsync("EndsAtOnce", id: "@counter@" + asking.Id))),
        new("An empty id", async asking =>
        {
            string? id = null;
            string thrown = await asking.ThrownAsync(async () => id = await asking.StartAsync("EndsAtOnce", id: ""));
            return id is null ? thrown : $"an id of {id.Length} characters";
        }),
        new("The id that is made where none is given", async asking =>
        {
            string id = await asking.Client.ScheduleNewOrchestrationInstanceAsync("EndsAtOnce");
            return $"{id.Length} characters, hexadecimal: {id.All(char.IsAsciiHexDigitLower)}";
        }),
        new("The id of a child where none is given", asking => asking.RunAsync("NamesChild")),
        new("The parent as its child sees it", asking => asking.RunAsync("NamesParent")),
        new("A start with the id of one that runs", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            return await asking.ThrownAsync(() => asking.StartAsync("EndsAtOnce"));
        }),
        new("A start with the id of one that is suspended", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            await asking.SuspendAsync();
            return await asking.ThrownAsync(() => asking.StartAsync("EndsAtOnce"));
        }),
        new("A start with the id of one that has ended", async asking =>
        {
            await asking.RunAsync("ReadsText", "first");
            return await asking.RunAsync("ReadsText", "second");
        }),
        new("A start with the id of one that has failed", async asking =>
        {
            await asking.RunAsync("ThrowsAtOnce");
            return await asking.RunAsync("EndsAtOnce");
        }),
    ];

    [Function("CallsShouted")]
    public static Task<string?> CallsShoutedAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<string?>("ECHO", "x");

    [Function("SaysName")]
    public static Task<string> SaysName([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult(context.Name.Name);

    [Function("SaysId")]
    public static Task<string> SaysId([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult(context.InstanceId);

    [Function("SaysParent")]
    public static Task<string> SaysParent([OrchestrationTrigger] TaskOrchestrationContext context) =>
        Task.FromResult($"{context.Parent?.Name} {context.Parent?.InstanceId}");

    [Function("NamesChild")]
    public static async Task<string> NamesChildAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        string id = await context.CallSubOrchestratorAsync<string>("SaysId");
        return id.StartsWith(context.InstanceId, StringComparison.Ordinal)
            ? $"the parent's and {id[context.InstanceId.Length..]}"
            : $"{id.Length} characters, hexadecimal: {id.All(char.IsAsciiHexDigitLower)}";
    }

    [Function("NamesParent")]
    public static Task<string> NamesParentAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallSubOrchestratorAsync<string>("SaysParent");

    [Function("CallsNamed")]
    public static Task<string> CallsNamedAsync([OrchestrationTrigger] TaskOrchestrationContext context, string id) =>
        context.CallSubOrchestratorAsync<string>("EndsAtOnce", new TaskOptions().WithInstanceId(id));

    internal static async Task<string> WithIdAsync(Inquiry asking, string suffix)
    {
        string id = asking.Id + suffix;
        string thrown = await asking.ThrownAsync(() => asking.StartAsync("EndsAtOnce", id: id));
        return thrown == "nothing thrown" ? await asking.EndAsync(id) : thrown;
    }
}
