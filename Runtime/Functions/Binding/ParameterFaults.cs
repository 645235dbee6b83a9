using System.Reflection;
using FuncExec.Runtime.Functions.Discovery;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>Collects what keeps one function from being bound.</summary>
internal sealed class ParameterFaults(DiscoveredFunction function, List<string> faults)
{
    /// <summary>Says that a parameter cannot be bound, and what to do.</summary>
    public Argument? Add(ParameterInfo parameter, string what)
    {
        faults.Add($"Function '{function.Name}' ({function.EntryPoint}): parameter '{parameter.Name}' of type {Spell(parameter.ParameterType)} {what}");
        return null;
    }

    /// <summary>Says that the function cannot be bound, and what to do.</summary>
    public void Add(string what) => faults.Add($"Function '{function.Name}' ({function.EntryPoint}) {what}");

    /// <summary>A type as an author writes it.</summary>
    public static string Spell(Type type) =>
        type.IsGenericType
            ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Spell))}>"
            : type.Name;
}
