using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Fidelity.App.Facts;

/// <summary>Timers and the clock.</summary>
public static class TimerFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("A timer at a time that has passed", asking => asking.RunAsync("Sleeps", -60_000)),
        new("A timer of no time", asking => asking.RunAsync("Sleeps", 0)),
        new("A timer at a date that has passed", asking => asking.RunAsync("SleepsUntilYesterday")),
        new("A timer that is cancelled", asking => asking.RunAsync("CancelsTimer")),
        new("A timer whose token is cancelled already", asking => asking.RunAsync("SleepsCancelled")),
        new("An end while a long timer is open", asking => asking.RunAsync("LeavesTimer")),
        new("The clock before and after a timer of two seconds", asking => asking.RunAsync("MeasuresTimer")),
        new("The clock's kind", asking => asking.RunAsync("ClockKind")),
        new("The clock within a turn", asking => asking.RunAsync("ClockWithinTurn")),
        new("New ids: whether two are different, and the same when replayed", asking => asking.RunAsync("NewIds")),
        new("New ids: their version", asking => asking.RunAsync("NewIdVersion")),
        new("IsReplaying at the begin of the only turn", asking => asking.RunAsync("ReplayingAtOnce")),
        new("IsReplaying after an activity", asking => asking.RunAsync("ReplayingLater")),
    ];

    [Function("Sleeps")]
    public static async Task<string> SleepsAsync([OrchestrationTrigger] TaskOrchestrationContext context, int milliseconds)
    {
        await context.CreateTimer(TimeSpan.FromMilliseconds(milliseconds), CancellationToken.None);
        return "awake";
    }

    [Function("SleepsUntilYesterday")]
    public static async Task<string> SleepsUntilYesterdayAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CreateTimer(context.CurrentUtcDateTime.AddDays(-1), CancellationToken.None);
        return "awake";
    }

    [Function("CancelsTimer")]
    public static async Task<string> CancelsTimerAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        using var cancellation = new CancellationTokenSource();
        Task timer = context.CreateTimer(TimeSpan.FromHours(1), cancellation.Token);
        cancellation.Cancel();
        try
        {
            await timer;
            return "fired";
        }
        catch (Exception exception)
        {
            return exception.GetType().FullName!;
        }
    }

    [Function("SleepsCancelled")]
    public static async Task<string> SleepsCancelledAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            await context.CreateTimer(TimeSpan.FromHours(1), new CancellationToken(canceled: true));
            return "fired";
        }
        catch (Exception exception)
        {
            return exception.GetType().FullName!;
        }
    }

    [Function("LeavesTimer")]
    public static Task<string> LeavesTimerAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
        return Task.FromResult("ended");
    }

    [Function("MeasuresTimer")]
    public static async Task<string> MeasuresTimerAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        DateTime before = context.CurrentUtcDateTime;
        await context.CreateTimer(TimeSpan.FromSeconds(2), CancellationToken.None);
        return context.CurrentUtcDateTime - before >= TimeSpan.FromSeconds(2) ? "two seconds or more" : "less";
    }

    [Function("ClockKind")]
    public static Task<string> ClockKind([OrchestrationTrigger] TaskOrchestrationContext context) =>
        Task.FromResult(context.CurrentUtcDateTime.Kind.ToString());

    [Function("ClockWithinTurn")]
    public static Task<string> ClockWithinTurn([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        DateTime first = context.CurrentUtcDateTime;
        Thread.Sleep(20);
        return Task.FromResult(first == context.CurrentUtcDateTime ? "stands" : "runs");
    }

    [Function("NewIds")]
    public static async Task<string> NewIdsAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Guid first = context.NewGuid();
        string? kept = await context.CallActivityAsync<string?>("Echo", first.ToString());
        Guid second = context.NewGuid();
        return $"different: {first != second}, the same when replayed: {kept == first.ToString()}";
    }

    [Function("NewIdVersion")]
    public static Task<int> NewIdVersion([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult(context.NewGuid().Version);

    [Function("ReplayingAtOnce")]
    public static Task<bool> ReplayingAtOnce([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult(context.IsReplaying);

    [Function("ReplayingLater")]
    public static async Task<bool> ReplayingLaterAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CallActivityAsync<string?>("Echo", "x");
        return context.IsReplaying;
    }
}
