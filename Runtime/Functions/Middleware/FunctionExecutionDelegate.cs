namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>The rest of the pipeline of a call.</summary>
public delegate Task FunctionExecutionDelegate(FunctionContext context);
