using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Runtime.Functions.Tests.Apps;

/// <summary>Functions that end only when they are cancelled.</summary>
public static class SlowApp
{
    [Function("forever")]
    public static async Task<IResult> Forever([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return Results.Text(request.Method);
    }

    [Function(nameof(CallForever))]
    public static Task CallForever([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync(nameof(BeForever));

    [Function(nameof(BeForever))]
    public static Task BeForever([ActivityTrigger] string? input, FunctionContext context) =>
        Task.Delay(input is null ? Timeout.Infinite : 0, context.CancellationToken);
}
