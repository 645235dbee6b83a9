using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Fidelity.App.Facts;

/// <summary>Terminate, suspend, resume, purge and waiting for others.</summary>
public static class SteeringFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("Terminated with an output", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            await asking.Client.TerminateInstanceAsync(asking.Id, "enough");
            return await asking.EndAsync();
        }),
        new("Terminated without an output", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            await asking.Client.TerminateInstanceAsync(asking.Id);
            return await asking.EndAsync();
        }),
        new("Terminated while suspended", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            await asking.SuspendAsync();
            await asking.Client.TerminateInstanceAsync(asking.Id, "enough");
            return await asking.EndAsync();
        }),
        new("The child of one that is terminated", async asking =>
        {
            await asking.StartUntilAsync("WaitsForChild", "waiting");
            await asking.UntilAsync(static child => child.SerializedCustomStatus == "\"waiting\"", asking.Id + "child");
            await asking.Client.TerminateInstanceAsync(asking.Id, "enough");
            await asking.EndAsync();
            await asking.Client.RaiseEventAsync(asking.Id + "child", "go", "x");
            return await asking.EndAsync(asking.Id + "child");
        }),
        new("A child that is terminated: what its parent gets", async asking =>
        {
            await asking.StartUntilAsync("WaitsForChild", "waiting");
            await asking.UntilAsync(static child => child.SerializedCustomStatus == "\"waiting\"", asking.Id + "child");
            await asking.Client.TerminateInstanceAsync(asking.Id + "child", "enough");
            return await asking.EndAsync();
        }),
        new("Terminate of one that has ended", asking => AfterEndAsync(asking, () => asking.Client.TerminateInstanceAsync(asking.Id, "late"))),
        new("Suspend of one that has ended", asking => AfterEndAsync(asking, () => asking.Client.SuspendInstanceAsync(asking.Id))),
        new("Resume of one that has ended", asking => AfterEndAsync(asking, () => asking.Client.ResumeInstanceAsync(asking.Id))),
        new("Terminate of an id that does not exist", asking => asking.ThrownAsync(() => asking.Client.TerminateInstanceAsync(asking.Id))),
        new("Suspend of an id that does not exist", asking => asking.ThrownAsync(() => asking.Client.SuspendInstanceAsync(asking.Id))),
        new("Resume of an id that does not exist", asking => asking.ThrownAsync(() => asking.Client.ResumeInstanceAsync(asking.Id))),
        new("Resume of one that is not suspended", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            return await asking.ThrownAsync(asking.ResumeAsync);
        }),
        new("Suspended twice, resumed once", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            await asking.SuspendAsync();
            string thrown = await asking.ThrownAsync(() => asking.Client.SuspendInstanceAsync(asking.Id));
            await asking.Client.RaiseEventAsync(asking.Id, "go", "x");
            await asking.ResumeAsync();
            return $"{thrown}, {await asking.EndAsync()}";
        }),
        new("An event that comes while its orchestration is suspended", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            await asking.SuspendAsync();
            await asking.Client.RaiseEventAsync(asking.Id, "go", "x");
            await Task.Delay(500);
            string meanwhile = (await asking.GetAsync()).RuntimeStatus.ToString();
            await asking.ResumeAsync();
            return $"{meanwhile}, {await asking.EndAsync()}";
        }),
        new("Purge of one that has ended", async asking =>
        {
            await asking.RunAsync("EndsAtOnce");
            PurgeResult result = await asking.Client.PurgeInstanceAsync(asking.Id);
            return $"{result.PurgedInstanceCount}, then {(await asking.Client.GetInstanceAsync(asking.Id) is null ? "gone" : "there")}";
        }),
        new("Purge of one that runs", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            PurgeResult? result = null;
            string thrown = await asking.ThrownAsync(async () => result = await asking.Client.PurgeInstanceAsync(asking.Id));
            return $"{result?.PurgedInstanceCount.ToString() ?? thrown}, then {(await asking.Client.GetInstanceAsync(asking.Id) is null ? "gone" : "there")}";
        }),
        new("Purge of an id that does not exist", async asking =>
        {
            PurgeResult? result = null;
            string thrown = await asking.ThrownAsync(async () => result = await asking.Client.PurgeInstanceAsync(asking.Id));
            return result?.PurgedInstanceCount.ToString() ?? thrown;
        }),
        new("Waiting for the end of an id that does not exist", asking => asking.ThrownAsync(async () =>
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await asking.Client.WaitForInstanceCompletionAsync(asking.Id, limit.Token);
        })),
        new("Waiting for the end of one that has ended", async asking =>
        {
            await asking.RunAsync("EndsAtOnce");
            return asking.Say(await asking.Client.WaitForInstanceCompletionAsync(asking.Id, getInputsAndOutputs: true));
        }),
        new("Waiting for the start of one that has ended", async asking =>
        {
            await asking.RunAsync("EndsAtOnce");
            return asking.Say(await asking.Client.WaitForInstanceStartAsync(asking.Id, getInputsAndOutputs: true));
        }),
        new("A wait for the end that is cancelled", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting");
            return await asking.ThrownAsync(async () =>
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
                await asking.Client.WaitForInstanceCompletionAsync(asking.Id, limit.Token);
            });
        }),
    ];

    [Function("WaitsForChild")]
    public static Task<string> WaitsForChildAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus("waiting");
        return context.CallSubOrchestratorAsync<string>("WaitsFor", new TaskOptions().WithInstanceId(context.InstanceId + "child"));
    }

    /// <summary>Answers what a call threw that comes after the end, and what the status is then.</summary>
    private static async Task<string> AfterEndAsync(Inquiry asking, Func<Task> call)
    {
        await asking.RunAsync("EndsAtOnce");
        string thrown = await asking.ThrownAsync(call);
        return $"{thrown}, {await asking.EndAsync()}";
    }
}
