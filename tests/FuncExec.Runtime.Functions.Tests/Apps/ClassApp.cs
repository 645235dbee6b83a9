using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Functions.Tests.Apps.Classes;

/// <summary>What the classes of this namespace are given.</summary>
public sealed class Greetings(string word)
{
    public string Word => word;

    /// <summary>The objects that were made.</summary>
    public HashSet<object> Seen { get; } = [];
}

[DurableTask]
public sealed class GreetAll : TaskOrchestrator<string[], string>
{
    private int _greeted;

    public override async Task<string> RunAsync(TaskOrchestrationContext context, string[] input)
    {
        List<string> greetings = [];
        foreach (string name in input)
        {
            greetings.Add(await context.CallGreetByClassAsync(name));
            _greeted++;
        }

        return $"{string.Join(", ", greetings)}: {_greeted}";
    }
}

[DurableTask("GreetByClass")]
internal sealed class Greeting(Greetings greetings) : TaskActivity<string, string>
{
    public override async Task<string> RunAsync(TaskActivityContext context, string input)
    {
        await Task.Yield();
        lock (greetings)
        {
            Assert.True(greetings.Seen.Add(this));
        }

        return $"{greetings.Word} {input} ({context.Name.Name} for {context.InstanceId})";
    }
}

[DurableTask]
public sealed class GreetOften(Greetings greetings) : TaskOrchestrator<int?, string>
{
    public override async Task<string> RunAsync(TaskOrchestrationContext context, int? input)
    {
        string[] names = [.. Enumerable.Range(0, input ?? 1).Select(static i => $"{i}")];
        return $"{greetings.Word}! {await context.CallGreetAllAsync(names, new SubOrchestrationOptions { InstanceId = context.InstanceId + "-child" })}";
    }
}

[DurableTask]
public sealed class Tally(Greetings greetings) : TaskEntity<int>
{
    public string Add(int input)
    {
        State += input;
        return $"{greetings.Word} {State}";
    }
}

[DurableTask]
public sealed class AddToTally : TaskOrchestrator<int, string>
{
    public override async Task<string> RunAsync(TaskOrchestrationContext context, int input)
    {
        await context.Entities.CallEntityAsync(new EntityInstanceId(nameof(Tally), "t"), nameof(Tally.Add), input);
        return await context.Entities.CallEntityAsync<string>(new EntityInstanceId(nameof(Tally), "t"), nameof(Tally.Add), 1);
    }
}

[DurableEvent]
public sealed record Decided(bool Yes);

[DurableTask]
public sealed class Decide : TaskOrchestrator<string?, bool>
{
    public override async Task<bool> RunAsync(TaskOrchestrationContext context, string? input)
    {
        if (input is not null)
        {
            context.SendDecided(input, new Decided(true));
            return false;
        }

        return (await context.WaitForDecidedAsync()).Yes;
    }
}

[DurableTask]
public sealed class FailByClass : TaskOrchestrator<object?, string>
{
    public override Task<string> RunAsync(TaskOrchestrationContext context, object? input) => context.CallBreakByClassAsync(3);
}

[DurableTask]
public sealed class BreakByClass : TaskActivity<int, string>
{
    public override Task<string> RunAsync(TaskActivityContext context, int input) => throw new InvalidOperationException($"broken {input}");
}

internal static class ClassApp
{
    /// <summary>The functions that call the classes of this namespace, and the classes.</summary>
    public static IReadOnlyList<Type> Types { get; } =
    [
        typeof(GeneratedDurableTaskExtensions),
        typeof(GreetAll), typeof(Greeting), typeof(GreetOften), typeof(Tally), typeof(AddToTally), typeof(Decide), typeof(FailByClass), typeof(BreakByClass),
    ];

    /// <summary>Starts an orchestration by its generated method, through the client's interface.</summary>
    public static Task<string> StartAsync(DurableTaskClient client, int? count) => client.ScheduleNewGreetOftenInstanceAsync(count);
}
