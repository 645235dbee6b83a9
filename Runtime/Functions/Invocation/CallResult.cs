using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>The result of a call as middleware sees it.</summary>
internal sealed class CallResult(Call call) : InvocationResult
{
    public override object? Value
    {
        get => call.Result;
        set => call.Result = value;
    }
}

/// <summary>The result of a call as middleware sees it, as a type.</summary>
internal sealed class CallResult<T>(Call call) : InvocationResult<T>
{
    public override T? Value
    {
        get => call.Result is T value ? value : default;
        set => call.Result = value;
    }
}
