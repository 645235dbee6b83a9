using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Fidelity.App.Facts;

/// <summary>Exceptions of activities, children and the orchestrator itself.</summary>
public static class FailureFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("An activity throws, uncaught", asking => asking.RunAsync("CallsThrow", "bad")),
        new("An activity throws: what is caught", asking => asking.RunAsync("CatchesThrow", "bad")),
        new("An activity throws with an inner exception: what is caught", asking => asking.RunAsync("CatchesThrow", "inner")),
        new("An activity throws OperationCanceledException: what is caught", asking => asking.RunAsync("CatchesThrow", "cancelled")),
        new("An activity throws what does not serialize: what is caught", asking => asking.RunAsync("CatchesThrow", "unserializable")),
        new("An activity throws without a message: what is caught", asking => asking.RunAsync("CatchesThrow", "null")),
        new("IsCausedBy the type, a base type and another type", asking => asking.RunAsync("AsksCause")),
        new("The activity's stack trace is told", asking => asking.RunAsync("AsksStackTrace")),
        new("The orchestrator throws", asking => asking.RunAsync("Throws")),
        new("The orchestrator throws with an inner exception", asking => asking.RunAsync("ThrowsInner")),
        new("The orchestrator throws at once, not asynchronously", asking => asking.RunAsync("ThrowsAtOnce")),
        new("A child throws: what is caught", asking => asking.RunAsync("CatchesChild", "Throws")),
        new("A child whose activity throws, uncaught", asking => asking.RunAsync("CallsChild", "CallsThrow")),
        new("WhenAll of two that throw: what is caught", asking => asking.RunAsync("CatchesBoth")),
        new("A failure is caught and work goes on", asking => asking.RunAsync("GoesOn")),
        new("A failure while another activity is open", asking => asking.RunAsync("ThrowsWithOpenActivity")),
        new("A failure in finally after a failure", asking => asking.RunAsync("ThrowsInFinally")),
        new("An activity that does not exist", asking => asking.RunAsync("CallsMissing")),
        new("A child that does not exist", asking => asking.RunAsync("CallsChild", "DoesNotExist")),
        new("A start of an orchestrator that does not exist", async asking =>
        {
            string thrown = await asking.ThrownAsync(() => asking.StartAsync("DoesNotExist"));
            return thrown == "nothing thrown" ? await asking.EndAsync() : thrown;
        }),
    ];

    [Function("CallsThrow")]
    public static Task<string> CallsThrowAsync([OrchestrationTrigger] TaskOrchestrationContext context, string what) =>
        context.CallActivityAsync<string>("Throw", what);

    [Function("CatchesThrow")]
    public static async Task<string> CatchesThrowAsync([OrchestrationTrigger] TaskOrchestrationContext context, string what)
    {
        try
        {
            return await context.CallActivityAsync<string>("Throw", what);
        }
        catch (Exception exception)
        {
            return Say(exception);
        }
    }

    [Function("AsksCause")]
    public static async Task<string> AsksCauseAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            return await context.CallActivityAsync<string>("Throw", "bad");
        }
        catch (TaskFailedException exception)
        {
            TaskFailureDetails details = exception.FailureDetails;
            return $"{details.IsCausedBy<InvalidOperationException>()}, {details.IsCausedBy<Exception>()}, {details.IsCausedBy<ArgumentException>()}";
        }
    }

    [Function("AsksStackTrace")]
    public static async Task<bool> AsksStackTraceAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            await context.CallActivityAsync<string>("Throw", "bad");
            return false;
        }
        catch (TaskFailedException exception)
        {
            return exception.FailureDetails.StackTrace?.Contains("Throw", StringComparison.Ordinal) ?? false;
        }
    }

    [Function("Throws")]
    public static async Task<string> ThrowsAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CallActivityAsync<string?>("Echo", "x");
        throw new InvalidOperationException("of the orchestrator");
    }

    [Function("ThrowsInner")]
    public static async Task<string> ThrowsInnerAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CallActivityAsync<string?>("Echo", "x");
        throw new InvalidOperationException("outer", new ArgumentException("inner"));
    }

    [Function("ThrowsAtOnce")]
    public static Task<string> ThrowsAtOnce([OrchestrationTrigger] TaskOrchestrationContext context) =>
        throw new InvalidOperationException($"at once in {context.Name}");

    [Function("CallsChild")]
    public static Task<string> CallsChildAsync([OrchestrationTrigger] TaskOrchestrationContext context, string child) =>
        context.CallSubOrchestratorAsync<string>(child, "bad");

    [Function("CatchesChild")]
    public static async Task<string> CatchesChildAsync([OrchestrationTrigger] TaskOrchestrationContext context, string child)
    {
        try
        {
            return await context.CallSubOrchestratorAsync<string>(child);
        }
        catch (Exception exception)
        {
            return Say(exception);
        }
    }

    [Function("CatchesBoth")]
    public static async Task<string> CatchesBothAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Task all = Task.WhenAll(context.CallActivityAsync<string>("Throw", "a"), context.CallActivityAsync<string>("Throw", "b"));
        try
        {
            await all;
            return "nothing";
        }
        catch (Exception exception)
        {
            return $"{exception.GetType().FullName} of {all.Exception!.InnerExceptions.Count}: {exception.Message}";
        }
    }

    [Function("GoesOn")]
    public static async Task<string?> GoesOnAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            await context.CallActivityAsync<string>("Throw", "bad");
        }
        catch (TaskFailedException)
        {
            return await context.CallActivityAsync<string?>("Echo", "went on");
        }

        return "nothing thrown";
    }

    [Function("ThrowsWithOpenActivity")]
    public static async Task<string> ThrowsWithOpenActivityAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Task open = context.WaitForExternalEvent<string>("never");
        await context.CallActivityAsync<string>("Throw", "bad");
        await open;
        return "never";
    }

    [Function("ThrowsInFinally")]
    public static async Task<string> ThrowsInFinallyAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            return await context.CallActivityAsync<string>("Throw", "first");
        }
        finally
        {
            await context.CallActivityAsync<string>("Throw", "second");
        }
    }

    [Function("CallsMissing")]
    public static Task<string> CallsMissingAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<string>("DoesNotExist", "x");

    private static string Say(Exception exception) => exception is TaskFailedException failed
        ? $"TaskFailedException '{failed.Message}' of {failed.TaskName} #{failed.TaskId}, {Inquiry.Say(failed.FailureDetails)}"
        : $"{exception.GetType().FullName}: {exception.Message}";
}
