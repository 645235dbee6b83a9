namespace Microsoft.Azure.Functions.Worker;

/// <summary>The result of a call, as middleware sees it.</summary>
public abstract class InvocationResult : InvocationResult<object>;
