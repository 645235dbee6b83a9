using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>
/// What the caller sent cannot be bound. Middleware of the app sees it as the official exception; the front answers
/// it with <see cref="Status"/>.
/// </summary>
internal sealed class RequestRefusedException(int status, string detail, string? member = null, string? fault = null, Exception? cause = null)
    : FunctionInputConverterException(detail, cause)
{
    /// <summary>The HTTP status to answer, 4xx.</summary>
    public int Status { get; } = status;

    /// <summary>What is at fault: a JSON path, or the name of a route or query value; or null.</summary>
    public string? Member { get; } = member;

    /// <summary>What is wrong with <see cref="Member"/>.</summary>
    public string? Fault { get; } = fault;
}
