using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Runtime.Functions.Tests.Apps;

/// <summary>An orchestrator that shares items with middleware over its turns.</summary>
public static class ItemsApp
{
    [Function(nameof(Remember))]
    public static async Task<string> Remember([OrchestrationTrigger] TaskOrchestrationContext context, FunctionContext function)
    {
        string first = (string)function.Items["middleware"];
        function.Items.Add("code", "c");
        await context.CallActivityAsync(nameof(Nothing));
        return $"{first} {function.Items["code"]} {function.Items["middleware"]}";
    }

    [Function(nameof(Nothing))]
    public static void Nothing([ActivityTrigger] string? input) => _ = input;
}
