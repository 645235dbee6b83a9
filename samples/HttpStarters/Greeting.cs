using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace HttpStarters;

/// <summary>What the starters start.</summary>
public static class Greeting
{
    [Function(nameof(Greet))]
    public static Task<string> Greet([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<string>(nameof(SayHello), context.GetInput<string>());

    [Function(nameof(SayHello))]
    public static string SayHello([ActivityTrigger] string name) => $"Hello, {name}!";
}
