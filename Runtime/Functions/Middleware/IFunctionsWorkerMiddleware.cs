namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>Code around the calls of functions. One object serves all calls.</summary>
public interface IFunctionsWorkerMiddleware
{
    /// <summary>
    /// Runs around one call; for an orchestration, around each turn, where it may await nothing but
    /// <paramref name="next"/>.
    /// </summary>
    Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
}
