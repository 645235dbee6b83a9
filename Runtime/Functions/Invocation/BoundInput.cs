using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>An input as middleware sees it.</summary>
internal sealed class BoundInput<T>(Call call, BindingMetadata binding, T? value) : InputBindingData<T>
{
    private T? _value = value;

    public override BindingMetadata BindingMetadata { get; } = binding;

    public override T? Value
    {
        get => _value;
        set
        {
            _value = value;
            call.SetInput(BindingMetadata.Name, value);
        }
    }
}
