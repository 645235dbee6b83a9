using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Fidelity.App.Facts;

/// <summary>External events.</summary>
public static class EventFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("An event that comes before its wait", asking => WithEventAsync(asking, "WaitsLater", "e", "\"early\"")),
        new("An event's name in another case", asking => WithEventAsync(asking, "WaitsFor", "GO", "x")),
        new("An event with an accent written in another way (NFC, NFD)", asking => WithEventAsync(asking, "WaitsForAccent", "ve\u0301nement", "x")),
        new("An event of 200,000 characters", async asking =>
        {
            string end = await WithEventAsync(asking, "WaitsFor", "go", new string('x', 200_000));
            return $"{end.Length} characters";
        }),
        new("An event without a payload, waited for as text", asking => WithEventAsync(asking, "WaitsFor", "go", null)),
        new("An event without a payload, waited for as a number", asking => WithEventAsync(asking, "WaitsForNumber", "go", null)),
        new("An event with text, waited for as a number", asking => WithEventAsync(asking, "WaitsForNumber", "go", "x")),
        new("An event with a number, waited for as text", asking => WithEventAsync(asking, "WaitsFor", "go", 5)),
        new("An event with a number in quotes, waited for as a number", asking => WithEventAsync(asking, "WaitsForNumber", "go", "5")),
        new("An event that nobody waits for", asking => WithEventAsync(asking, "WaitsFor", "other", "x", "go")),
        new("An event to an orchestration that has ended", async asking =>
        {
            await asking.RunAsync("EndsAtOnce");
            return await asking.ThrownAsync(() => asking.Client.RaiseEventAsync(asking.Id, "e", "x"));
        }),
        new("An event to an id that does not exist", asking => asking.ThrownAsync(() => asking.Client.RaiseEventAsync(asking.Id, "e", "x"))),
        new("An event without a name", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            return await asking.ThrownAsync(() => asking.Client.RaiseEventAsync(asking.Id, "", "x"));
        }),
        new("A wait with a timeout that passes", asking => asking.RunAsync("WaitsWithTimeout", 1)),
        new("A wait with a timeout that passes, uncaught", asking => asking.RunAsync("WaitsWithTimeoutUncaught")),
        new("The event after a wait that was cancelled", asking => WithEventAsync(asking, "CancelsWait", "go", "x")),
        new("An event sent by an orchestration", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            await asking.StartAsync("Sends", asking.Id, asking.Id + "s");
            return await asking.EndAsync();
        }),
        new("An event sent by an orchestration to an id that does not exist", asking => asking.RunAsync("Sends", asking.Id + "none")),
        new("A wait whose token is cancelled already", asking => asking.RunAsync("WaitsCancelled")),
    ];

    [Function("EndsAtOnce")]
    public static Task<string> EndsAtOnce([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult("ended");

    [Function("WaitsLater")]
    public static async Task<string> WaitsLaterAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus("waiting");
        await context.WaitForExternalEvent<string>("later");
        return await context.WaitForExternalEvent<string>("e");
    }

    [Function("WaitsFor")]
    public static async Task<string?> WaitsForAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Task<string?> wait = context.WaitForExternalEvent<string?>("go");
        context.SetCustomStatus("waiting");
        return await wait ?? "null";
    }

    [Function("WaitsForAccent")]
    public static async Task<string?> WaitsForAccentAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Task<string?> wait = context.WaitForExternalEvent<string?>("v\u00e9nement");
        context.SetCustomStatus("waiting");
        Task timer = context.CreateTimer(TimeSpan.FromSeconds(3), CancellationToken.None);
        return await Task.WhenAny(wait, timer) == timer ? "another event" : "the same event";
    }

    [Function("WaitsForNumber")]
    public static async Task<int> WaitsForNumberAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Task<int> wait = context.WaitForExternalEvent<int>("go");
        context.SetCustomStatus("waiting");
        return await wait;
    }

    [Function("WaitsWithTimeout")]
    public static async Task<string> WaitsWithTimeoutAsync([OrchestrationTrigger] TaskOrchestrationContext context, int seconds)
    {
        try
        {
            return await context.WaitForExternalEvent<string>("go", TimeSpan.FromSeconds(seconds));
        }
        catch (Exception exception)
        {
            return exception.GetType().FullName!;
        }
    }

    [Function("WaitsWithTimeoutUncaught")]
    public static Task<string> WaitsWithTimeoutUncaughtAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.WaitForExternalEvent<string>("go", TimeSpan.FromSeconds(1));

    [Function("CancelsWait")]
    public static async Task<string> CancelsWaitAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        using var cancellation = new CancellationTokenSource();
        Task<string> first = context.WaitForExternalEvent<string>("go", cancellation.Token);
        cancellation.Cancel();
        Task<string> second = context.WaitForExternalEvent<string>("go");
        context.SetCustomStatus("waiting");
        return $"first: {first.Status}, second: {await second}";
    }

    [Function("WaitsCancelled")]
    public static async Task<string> WaitsCancelledAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            return await context.WaitForExternalEvent<string>("go", new CancellationToken(canceled: true));
        }
        catch (Exception exception)
        {
            return exception.GetType().FullName!;
        }
    }

    [Function("Sends")]
    public static Task<string> SendsAsync([OrchestrationTrigger] TaskOrchestrationContext context, string id)
    {
        context.SendEvent(id, "go", "sent");
        return Task.FromResult("sent");
    }

    /// <summary>Starts one that says that it waits, raises the event and those by which it ends, and answers its end.</summary>
    private static async Task<string> WithEventAsync(Inquiry asking, string orchestrator, string name, object? payload, string? last = null)
    {
        await asking.StartUntilAsync(orchestrator, "waiting");
        await asking.Client.RaiseEventAsync(asking.Id, name, payload);
        if ((orchestrator == "WaitsLater" ? "later" : last) is { } ending)
        {
            await asking.Client.RaiseEventAsync(asking.Id, ending, "ending");
        }

        return await asking.EndAsync();
    }
}
