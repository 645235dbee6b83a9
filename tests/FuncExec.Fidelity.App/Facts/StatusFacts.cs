using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Fidelity.App.Facts;

/// <summary>What is told of an instance.</summary>
public static class StatusFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("An id that does not exist", async asking => await asking.Client.GetInstanceAsync(asking.Id) is null ? "null" : "an instance"),
        new("An instance without inputs and outputs", async asking =>
        {
            await asking.RunAsync("ReadsText", "x");
            OrchestrationMetadata metadata = (await asking.Client.GetInstanceAsync(asking.Id, getInputsAndOutputs: false))!;
            return $"{metadata.SerializedInput ?? "null"}, {metadata.SerializedOutput ?? "null"}";
        }),
        new("An instance with inputs and outputs", async asking =>
        {
            await asking.RunAsync("ReadsText", "x");
            OrchestrationMetadata metadata = await asking.GetAsync();
            return $"{metadata.SerializedInput ?? "null"}, {metadata.SerializedOutput ?? "null"}";
        }),
        new("The input where none was given", async asking =>
        {
            await asking.RunAsync("ReadsText");
            return (await asking.GetAsync()).SerializedInput ?? "null";
        }),
        new("The output of a failed one", async asking =>
        {
            await asking.RunAsync("ThrowsAtOnce");
            return (await asking.GetAsync()).SerializedOutput ?? "null";
        }),
        new("The name, and whether it is running or completed", async asking =>
        {
            await asking.RunAsync("EndsAtOnce");
            OrchestrationMetadata metadata = await asking.GetAsync();
            return $"{metadata.Name}, running: {metadata.IsRunning}, completed: {metadata.IsCompleted}";
        }),
        new("Reading the output of an instance that was read without", async asking =>
        {
            await asking.RunAsync("EndsAtOnce");
            OrchestrationMetadata metadata = (await asking.Client.GetInstanceAsync(asking.Id, getInputsAndOutputs: false))!;
            return await asking.ThrownAsync(() => Task.FromResult(metadata.ReadOutputAs<string>()));
        }),
        new("The custom status after the end", async asking =>
        {
            await asking.RunAsync("SetsStatus", "half");
            return (await asking.GetAsync()).SerializedCustomStatus ?? "null";
        }),
        new("The custom status that was set back to null", async asking =>
        {
            await asking.RunAsync("ClearsStatus");
            return (await asking.GetAsync()).SerializedCustomStatus ?? "none";
        }),
        new("A custom status that is an object", async asking =>
        {
            await asking.RunAsync("SetsObjectStatus");
            return (await asking.GetAsync()).SerializedCustomStatus ?? "null";
        }),
        new("The custom status where none was set", async asking =>
        {
            await asking.RunAsync("EndsAtOnce");
            return (await asking.GetAsync()).SerializedCustomStatus ?? "none";
        }),
        new("A query by a prefix of ids", async asking =>
        {
            await asking.StartAsync("EndsAtOnce", id: asking.Id + "b");
            await asking.StartAsync("EndsAtOnce", id: asking.Id + "a");
            await asking.EndAsync(asking.Id + "a");
            await asking.EndAsync(asking.Id + "b");
            return await ListAsync(asking, new OrchestrationQuery(InstanceIdPrefix: asking.Id));
        }),
        new("A query by status", async asking =>
        {
            await asking.StartUntilAsync("WaitsFor", "waiting", id: asking.Id + "a");
            await asking.StartAsync("EndsAtOnce", id: asking.Id + "b");
            await asking.EndAsync(asking.Id + "b");
            return await ListAsync(asking, new OrchestrationQuery(InstanceIdPrefix: asking.Id, Statuses: [OrchestrationRuntimeStatus.Running]));
        }),
        new("A query of what was created in the past only", async asking =>
        {
            await asking.RunAsync("EndsAtOnce");
            return await ListAsync(asking, new OrchestrationQuery(CreatedTo: DateTimeOffset.UtcNow.AddHours(-1), InstanceIdPrefix: asking.Id));
        }),
        new("Whether a query finds children", async asking =>
        {
            await asking.StartUntilAsync("WaitsForChild", "waiting");
            await asking.UntilAsync(static child => child.SerializedCustomStatus == "\"waiting\"", asking.Id + "child");
            return await ListAsync(asking, new OrchestrationQuery(InstanceIdPrefix: asking.Id));
        }),
        new("The version of an orchestration where none is named", asking => asking.RunAsync("SaysVersion")),
    ];

    [Function("SetsStatus")]
    public static Task<string> SetsStatus([OrchestrationTrigger] TaskOrchestrationContext context, string status)
    {
        context.SetCustomStatus(status);
        return Task.FromResult("ended");
    }

    [Function("ClearsStatus")]
    public static async Task<string> ClearsStatusAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus("set");
        await context.CallActivityAsync<string?>("Echo", "x");
        context.SetCustomStatus(null);
        return "ended";
    }

    [Function("SetsObjectStatus")]
    public static Task<string> SetsObjectStatus([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus(new Named("x", 1));
        return Task.FromResult("ended");
    }

    [Function("SaysVersion")]
    public static Task<string> SaysVersion([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult($"'{context.Version}'");

    private static async Task<string> ListAsync(Inquiry asking, OrchestrationQuery query)
    {
        var found = new List<string>();
        await foreach (OrchestrationMetadata metadata in asking.Client.GetAllInstancesAsync(query))
        {
            found.Add("ID" + metadata.InstanceId[asking.Id.Length..]);
        }

        return string.Join(' ', found.Order());
    }
}
