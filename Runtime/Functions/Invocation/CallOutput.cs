using FuncExec.Runtime.Functions.Binding;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>One output of a call as middleware sees it.</summary>
internal sealed class CallOutput<T>(Call call, BindingMetadata binding) : OutputBindingData<T>
{
    public override string BindingType => binding.Type;

    public override string Name => binding.Name;

    public override T? Value
    {
        get => Read() is T value ? value : default;
        set
        {
            if (Name == BoundFunction.ReturnOutput)
            {
                call.Result = value;
            }
            else
            {
                (call.Outputs ??= [])[Name] = value;
            }
        }
    }

    private object? Read() => Name == BoundFunction.ReturnOutput ? call.Result : call.Outputs?.GetValueOrDefault(Name);
}
