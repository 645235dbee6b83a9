using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>One binding of a function.</summary>
internal sealed class RuntimeBinding(string name, string type, BindingDirection direction) : BindingMetadata
{
    public override string Name { get; } = name;

    public override string Type { get; } = type;

    public override BindingDirection Direction { get; } = direction;

    public static RuntimeBinding In(string name, string type) => new(name, type, BindingDirection.In);

    public static RuntimeBinding Out(string name, string type) => new(name, type, BindingDirection.Out);
}
