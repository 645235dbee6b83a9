using FuncExec.Runtime.History;
using Microsoft.DurableTask;

namespace FuncExec.Runtime.Orchestrations;

/// <summary>The failure of a call to a function that is not there, under the official error types. Trying again cannot help.</summary>
internal static class UnknownFunction
{
    private const string ActivityErrorType = "ActivityTaskNotFound";
    private const string OrchestratorErrorType = "OrchestratorTaskNotFound";

    private const string EntityErrorType = "EntityTaskNotFound";

    public static bool Is(TaskFailureDetails details) => details.ErrorType is ActivityErrorType or OrchestratorErrorType;

    public static FailureData Activity(string name, IEnumerable<string> known) =>
        new(ActivityErrorType, Message("activity", name, known), null, null);

    public static FailureData Orchestrator(string name, IEnumerable<string> known) =>
        new(OrchestratorErrorType, Message("orchestrator", name, known), null, null);

    public static FailureData Entity(string name, IEnumerable<string> known) =>
        new(EntityErrorType, Message("entity", name, known), null, null);

    public static string Message(string kind, string name, IEnumerable<string> known)
    {
        string list = string.Join(", ", known.Order(StringComparer.OrdinalIgnoreCase).Select(item => $"'{item}'"));
        return $"The {kind} function '{name}' does not exist here. Known {kind} functions: {(list.Length == 0 ? "none" : list)}.";
    }
}
