using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Functions.Tests.Apps;

/// <summary>Entities in each of the ways in which one can be written.</summary>
public sealed class EntityApp
{
    /// <summary>Dispatched by type, made with services.</summary>
    [Function(nameof(Counter))]
    public static Task DispatchCounter([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<Counter>();

    /// <summary>Dispatched to its state, under another name.</summary>
    [Function("DispatchPurse")]
    public static Task DispatchPurse([EntityTrigger(EntityName = "purse")] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<Purse>();

    /// <summary>Dispatched by a delegate.</summary>
    [Function("note")]
    public static Task DispatchNote([EntityTrigger] TaskEntityDispatcher dispatcher, FunctionContext context) => dispatcher.DispatchAsync(operation =>
    {
        string text = operation.State.GetState("") + operation.GetInput<string>();
        operation.State.SetState(text);
        return ValueTask.FromResult<object?>($"{context.FunctionDefinition.Name} {context.BindingContext.BindingData["entityKey"]} {text}");
    });

    /// <summary>Dispatches nothing.</summary>
    [Function("silent")]
    public static Task DispatchNothing([EntityTrigger] TaskEntityDispatcher dispatcher) => Task.FromResult(dispatcher);

    /// <summary>Dispatches twice.</summary>
    [Function("twice")]
    public static async Task DispatchTwice([EntityTrigger] TaskEntityDispatcher dispatcher)
    {
        await dispatcher.DispatchAsync<Purse>();
        await dispatcher.DispatchAsync<Purse>();
    }

    [Function(nameof(CallAll))]
    public static async Task<string[]> CallAll([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        EntityInstanceId counter = new(nameof(Counter), "c"), purse = new("purse", "p"), note = new("note", "n");
        await context.Entities.SignalEntityAsync(counter, nameof(Counter.Add), 1);
        int counted = await context.Entities.CallEntityAsync<int>(counter, nameof(Counter.Add), 2);
        int coins = await context.Entities.CallEntityAsync<int>(purse, nameof(Purse.Put), 3);
        string noted = await context.Entities.CallEntityAsync<string>(note, "write", "x");
        return [$"{counted}", $"{coins}", noted, await FailureOf("silent"), await FailureOf("twice")];

        async Task<string> FailureOf(string name)
        {
            try
            {
                return $"{await context.Entities.CallEntityAsync<int>(new EntityInstanceId(name, "k"), nameof(Purse.Put), 3)}";
            }
            catch (EntityOperationFailedException failed)
            {
                return failed.FailureDetails.ErrorMessage;
            }
        }
    }

    /// <summary>A number; the clock is a service.</summary>
    public sealed class Counter(TimeProvider time) : TaskEntity<int>
    {
        public int Add(int amount) => time.GetUtcNow() == default ? 0 : State += amount;
    }

    /// <summary>A state with operations.</summary>
    public sealed class Purse
    {
        public int Coins { get; set; }

        public int Put(int coins) => Coins += coins;
    }
}
