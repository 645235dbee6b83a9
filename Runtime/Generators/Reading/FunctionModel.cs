namespace FuncExec.Runtime.Generators.Reading;

/// <summary>A method with [Function].</summary>
/// <param name="Name">The function's name.</param>
/// <param name="Call">How it is called by an orchestrator; null when it is no activity, or its types cannot be named.</param>
internal sealed record FunctionModel(string Name, ActivityCallModel? Call);

/// <summary>A call of an activity that is a method.</summary>
/// <param name="Activity">The name by which it is called.</param>
/// <param name="Input">The type of its input, in full.</param>
/// <param name="Parameter">The name of its input.</param>
/// <param name="Output">The type of its result, in full; null for none.</param>
/// <param name="IsPublic">Whether a public method may have these types.</param>
internal sealed record ActivityCallModel(string Activity, string Input, string Parameter, string? Output, bool IsPublic);
