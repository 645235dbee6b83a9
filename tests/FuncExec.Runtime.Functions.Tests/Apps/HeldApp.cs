using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Runtime.Functions.Tests.Apps;

/// <summary>An activity that the first time lasts until it is cancelled.</summary>
public sealed class HeldApp(FrontProbe probe)
{
    [Function(nameof(CallHeld))]
    public static Task<string> CallHeld([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<string>(nameof(Held), "input");

    [Function(nameof(Held))]
    public async Task<string> Held([ActivityTrigger] string input, CancellationToken cancellationToken)
    {
        if (probe.Begun.TrySetResult())
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return input + " again";
    }
}
