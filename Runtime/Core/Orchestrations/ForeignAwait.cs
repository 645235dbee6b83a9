using FuncExec.Runtime.History;

namespace FuncExec.Runtime.Orchestrations;

/// <summary>The error of orchestrator code that awaited what is not durable and then went on.</summary>
internal static class ForeignAwait
{
    public static string Message(string orchestrator) =>
        $"The orchestrator function '{orchestrator}' awaited something that is not durable and then went on. Orchestrator code may await only "
        + "what its TaskOrchestrationContext returns: CreateTimer instead of Task.Delay, CallActivityAsync for I/O, and no ConfigureAwait(false).";

    public static FailureData Failure(string orchestrator) =>
        new(typeof(InvalidOperationException).FullName!, Message(orchestrator), null, null);
}
