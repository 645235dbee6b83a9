using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Functions.Tests.Apps;

/// <summary>Functions that the clock calls, one a class.</summary>
public static class TimerApp
{
    public sealed class Plain(TimerProbe probe)
    {
        [Function("tick")]
        public Task Tick([TimerTrigger("%SCHEDULE%")] TimerInfo timer, CancellationToken cancellationToken) =>
            probe.CalledAsync(timer, cancellationToken);
    }

    public sealed class AtStart(TimerProbe probe)
    {
        [Function("first")]
        public Task First([TimerTrigger("0 0 0 1 1 *", RunOnStartup = true)] TimerInfo timer, CancellationToken cancellationToken) =>
            probe.CalledAsync(timer, cancellationToken);
    }

    public sealed class Unmonitored(TimerProbe probe)
    {
        [Function("forgetful")]
        public Task Run([TimerTrigger("%SCHEDULE%", UseMonitor = false)] TimerInfo timer, CancellationToken cancellationToken) =>
            probe.CalledAsync(timer, cancellationToken);
    }

    public sealed record OwnInfo(bool IsPastDue, ScheduleStatus? ScheduleStatus);

    public sealed class Full(TimerProbe probe)
    {
        [Function("full")]
        public async Task Run(
            [TimerTrigger("* * * * * *")] OwnInfo timer,
            FunctionContext context,
            [DurableClient] DurableTaskClient client,
            CancellationToken cancellationToken)
        {
            string id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(DurableApp.Chain), cancellationToken);
            string[]? texts = (await client.WaitForInstanceCompletionAsync(id, true, cancellationToken)).ReadOutputAs<string[]>();
            bool whole = texts is ["Hello Tokyo!", "Hello London!"]
                && context.FunctionDefinition.Name == "full"
                && ((string)context.BindingContext.BindingData["timer"]!).Contains("\"IsPastDue\":false", StringComparison.Ordinal);
            await probe.CalledAsync(new TimerInfo { IsPastDue = !whole || timer.IsPastDue, ScheduleStatus = timer.ScheduleStatus }, cancellationToken);
        }
    }
}
