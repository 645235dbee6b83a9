using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Fidelity.App.Facts;

/// <summary>Entities.</summary>
public static class EntityFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("An operation on an entity that does not exist yet", asking => asking.RunAsync("CallsEntity", "Get")),
        new("An operation's name in another case", asking => asking.RunAsync("CallsEntity", "GET")),
        new("An operation that does not exist", asking => asking.RunAsync("CatchesEntity", "Missing")),
        new("An operation that throws: what is caught", asking => asking.RunAsync("CatchesEntity", "Fail")),
        new("An operation that changes the state and throws: the state", asking => asking.RunAsync("AddsAfterFailure")),
        new("A thousand signals of one sender: whether their order is kept", asking => asking.RunAsync("SignalsInOrder", 1000)),
        new("An entity that does not exist", async asking =>
            await asking.Client.Entities.GetEntityAsync(Key(asking.Id)) is null ? "null" : "an entity"),
        new("An entity whose state was deleted", asking => asking.RunAsync("DeletesEntity")),
        new("An entity whose state was deleted: what GetEntityAsync answers", async asking =>
        {
            await asking.RunAsync("CallsEntity", "Increment");
            await asking.Client.Entities.SignalEntityAsync(Key(asking.Id), "delete");
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (await asking.Client.Entities.GetEntityAsync(Key(asking.Id)) is { IncludesState: true })
            {
                await Task.Delay(50, limit.Token);
            }

            return await asking.Client.Entities.GetEntityAsync(Key(asking.Id)) is null ? "null" : "an entity without a state";
        }),
        new("An entity without a state that is locked: what GetEntityAsync answers", async asking =>
        {
            await asking.StartUntilAsync("LocksAndWaits", "waiting");
            EntityMetadata? metadata = await asking.Client.Entities.GetEntityAsync(Key(asking.Id));
            return metadata is null ? "null" : $"an entity, with a state: {metadata.IncludesState}, locked: {metadata.LockedBy == asking.Id}";
        }),
        new("The entity's name in another case", async asking =>
        {
            await asking.RunAsync("CallsEntity", "Increment");
            EntityMetadata? metadata = await asking.Client.Entities.GetEntityAsync(new EntityInstanceId("COUNTERFACT", asking.Id));
            return metadata is null ? "null" : metadata.Id.Name;
        }),
        new("A lock within a lock", asking => asking.RunAsync("LocksTwice")),
        new("A call in a critical section of an entity that is not locked", asking => asking.RunAsync("CallsUnlocked")),
        new("A signal in a critical section to a locked entity", asking => asking.RunAsync("SignalsLocked")),
        new("A child in a critical section", asking => asking.RunAsync("CallsChildLocked")),
        new("InCriticalSection before, within and after", asking => asking.RunAsync("SaysCriticalSection")),
        new("An orchestration that an entity starts", asking => asking.RunAsync("StartsByEntity")),
        new("How an entity's state is written", async asking =>
        {
            await asking.RunAsync("CallsEntity", "Increment");
            EntityMetadata metadata = (await asking.Client.Entities.GetEntityAsync(Key(asking.Id)))!;
            return metadata.State.Value;
        }),
    ];

    [Function("CounterFact")]
    public static Task CounterAsync([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<CounterFact>();

    [Function("CallsEntity")]
    public static Task<int> CallsEntityAsync([OrchestrationTrigger] TaskOrchestrationContext context, string operation) =>
        context.Entities.CallEntityAsync<int>(Key(context.InstanceId), operation);

    [Function("CatchesEntity")]
    public static async Task<string> CatchesEntityAsync([OrchestrationTrigger] TaskOrchestrationContext context, string operation)
    {
        try
        {
            return (await context.Entities.CallEntityAsync<int>(Key(context.InstanceId), operation)).ToString();
        }
        catch (EntityOperationFailedException exception)
        {
            return $"{exception.OperationName}, {Inquiry.Say(exception.FailureDetails)}";
        }
    }

    [Function("AddsAfterFailure")]
    public static async Task<int> AddsAfterFailureAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.Entities.CallEntityAsync<int>(Key(context.InstanceId), "Increment");
        try
        {
            await context.Entities.CallEntityAsync<int>(Key(context.InstanceId), "Fail");
        }
        catch (EntityOperationFailedException)
        {
            // What counts is the state after it.
        }

        return await context.Entities.CallEntityAsync<int>(Key(context.InstanceId), "Get");
    }

    [Function("SignalsInOrder")]
    public static async Task<bool> SignalsInOrderAsync([OrchestrationTrigger] TaskOrchestrationContext context, int count)
    {
        for (int i = 1; i <= count; i++)
        {
            await context.Entities.SignalEntityAsync(Key(context.InstanceId), "Next", i);
        }

        return await context.Entities.CallEntityAsync<int>(Key(context.InstanceId), "Get") == count;
    }

    [Function("DeletesEntity")]
    public static async Task<int> DeletesEntityAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.Entities.CallEntityAsync<int>(Key(context.InstanceId), "Increment");
        await context.Entities.CallEntityAsync(Key(context.InstanceId), "delete");
        return await context.Entities.CallEntityAsync<int>(Key(context.InstanceId), "Get");
    }

    [Function("CallsTwoKeys")]
    public static async Task<int> CallsTwoKeysAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.Entities.CallEntityAsync<int>(Key(context.InstanceId + "a"), "Increment");
        return await context.Entities.CallEntityAsync<int>(Key(context.InstanceId + "A"), "Get");
    }

    [Function("LocksTwice")]
    public static async Task<string> LocksTwiceAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await using (await context.Entities.LockEntitiesAsync(Key(context.InstanceId)))
        {
            return await ThrownAsync(() => context.Entities.LockEntitiesAsync(Key(context.InstanceId + "x")));
        }
    }

    [Function("CallsUnlocked")]
    public static async Task<string> CallsUnlockedAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await using (await context.Entities.LockEntitiesAsync(Key(context.InstanceId)))
        {
            return await ThrownAsync(() => context.Entities.CallEntityAsync<int>(Key(context.InstanceId + "x"), "Get"));
        }
    }

    [Function("SignalsLocked")]
    public static async Task<string> SignalsLockedAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await using (await context.Entities.LockEntitiesAsync(Key(context.InstanceId)))
        {
            return await ThrownAsync(() => context.Entities.SignalEntityAsync(Key(context.InstanceId), "Increment"));
        }
    }

    [Function("CallsChildLocked")]
    public static async Task<string> CallsChildLockedAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await using (await context.Entities.LockEntitiesAsync(Key(context.InstanceId)))
        {
            return await ThrownAsync(() => context.CallSubOrchestratorAsync<string>("EndsAtOnce"));
        }
    }

    [Function("SaysCriticalSection")]
    public static async Task<string> SaysCriticalSectionAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        bool before = context.Entities.InCriticalSection();
        bool within;
        await using (await context.Entities.LockEntitiesAsync(Key(context.InstanceId)))
        {
            within = context.Entities.InCriticalSection();
        }

        return $"{before}, {within}, {context.Entities.InCriticalSection()}";
    }

    [Function("LocksAndWaits")]
    public static async Task<string> LocksAndWaitsAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await using (await context.Entities.LockEntitiesAsync(Key(context.InstanceId)))
        {
            context.SetCustomStatus("waiting");
            return await context.WaitForExternalEvent<string>("go");
        }
    }

    [Function("StartsByEntity")]
    public static async Task<string> StartsByEntityAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        string id = await context.Entities.CallEntityAsync<string>(Key(context.InstanceId), "Start");
        return id.Length > 0 ? "an id" : "no id";
    }

    private static EntityInstanceId Key(string key) => new("CounterFact", key);

    private static async Task<string> ThrownAsync(Func<Task> call)
    {
        try
        {
            await call();
            return "nothing thrown";
        }
        catch (Exception exception)
        {
            return exception.GetType().FullName!;
        }
    }
}

public sealed class CounterFact : TaskEntity<int>
{
    public int Get() => State;

    public int Increment() => ++State;

    /// <summary>Counts on if <paramref name="number"/> is the next one.</summary>
    public void Next(int number)
    {
        if (number == State + 1)
        {
            State = number;
        }
    }

    public int Fail()
    {
        State = 100;
        throw new InvalidOperationException("failed operation");
    }

    public string Start() => Context.ScheduleNewOrchestration("EndsAtOnce");
}
