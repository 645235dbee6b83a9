using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using FuncExec.Runtime.Functions.Discovery;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>How a function describes itself to middleware.</summary>
internal sealed class RuntimeDefinition(
    DiscoveredFunction source, IEnumerable<RuntimeBinding> inputs, IEnumerable<RuntimeBinding> outputs) : FunctionDefinition
{
    public override ImmutableArray<FunctionParameter> Parameters { get; } = [.. source.Method.GetParameters()
        .Select(static parameter => new FunctionParameter(
            parameter.Name!, parameter.ParameterType, parameter.HasDefaultValue, parameter.HasDefaultValue ? parameter.DefaultValue : null))];

    public override string PathToAssembly => source.Method.Module.Assembly.Location;

    public override string EntryPoint => source.EntryPoint;

    public override string Id { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{source.EntryPoint}|{source.Name}")).AsSpan(0, 8));

    public override string Name => source.Name;

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; } = Index(inputs);

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; } = Index(outputs);

    private static ImmutableDictionary<string, BindingMetadata> Index(IEnumerable<RuntimeBinding> bindings) =>
        bindings.ToImmutableDictionary(static binding => binding.Name, static BindingMetadata (binding) => binding);
}
