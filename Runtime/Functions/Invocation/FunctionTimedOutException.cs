namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>A function ran longer than <c>functionTimeout</c>.</summary>
internal sealed class FunctionTimedOutException(string function, TimeSpan limit)
    : TimeoutException($"Function '{function}' ran longer than functionTimeout, {limit:c}.");
