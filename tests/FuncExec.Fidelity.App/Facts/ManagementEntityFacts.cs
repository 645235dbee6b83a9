using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Fidelity.App.Facts;

/// <summary>The management API: entities.</summary>
public static class ManagementEntityFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("POST entities/NAME/KEY?op=, and GET", async asking =>
        {
            string told = await asking.TellAsync("POST", "entities/CounterFact/ID?op=Increment");
            await UntilThereAsync(asking, "CounterFact");
            return told + "\nthen " + await asking.TellAsync("GET", "entities/CounterFact/ID");
        }),
        new("POST entities/NAME/KEY?op= with JSON", async asking =>
        {
            string told = await asking.TellAsync("POST", "entities/NoteFact/ID?op=Keep", """{"Name": "é", "Count": 2}""");
            await UntilThereAsync(asking, "NoteFact");
            return told + "\nthen " + await asking.TellAsync("GET", "entities/NoteFact/ID");
        }),
        new("GET entities/NAME/KEY of one that does not exist", asking => asking.TellAsync("GET", "entities/CounterFact/ID")),
        new("POST entities/NAME/KEY without op", asking => asking.TellAsync("POST", "entities/CounterFact/ID")),
        new("POST entities/NAME/KEY?op= of a name that does not exist", asking => asking.TellAsync("POST", "entities/DoesNotExist/ID?op=x")),
        new("DELETE entities/NAME/KEY", asking => asking.TellAsync("DELETE", "entities/CounterFact/ID")),
        new("GET entities/NAME", async asking =>
        {
            await asking.TellAsync("POST", "entities/ListedFact/ID?op=Increment");
            await UntilThereAsync(asking, "ListedFact");
            return await asking.TellAsync("GET", "entities/ListedFact") + "\nthen " + await asking.TellAsync("GET", "entities/ListedFact?fetchState=true");
        }),
        new("GET entities/NAME of which there is none", asking => asking.TellAsync("GET", "entities/DoesNotExistAtAll")),
    ];

    [Function("ListedFact")]
    public static Task ListedAsync([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<CounterFact>();

    [Function("NoteFact")]
    public static Task NoteAsync([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<NoteFact>();

    private static async Task UntilThereAsync(Inquiry asking, string name)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await asking.Client.Entities.GetEntityAsync(new EntityInstanceId(name, asking.Id), cancellation: limit.Token) is not { IncludesState: true })
        {
            await Task.Delay(50, limit.Token);
        }
    }
}

public sealed class NoteFact : TaskEntity<Named?>
{
    public void Keep(Named note) => State = note;

    protected override Named? InitializeState(TaskEntityOperation entityOperation) => null;
}
