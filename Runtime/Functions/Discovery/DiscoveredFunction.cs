using System.Reflection;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace FuncExec.Runtime.Functions.Discovery;

/// <summary>A method that is a function of a kind that this runtime offers.</summary>
/// <param name="Name">The function's name.</param>
/// <param name="Kind">What starts it.</param>
/// <param name="Method">The method.</param>
/// <param name="TriggerParameter">The parameter with the trigger.</param>
/// <param name="Trigger">The trigger.</param>
internal sealed record DiscoveredFunction(
    string Name, FunctionKind Kind, MethodInfo Method, ParameterInfo TriggerParameter, TriggerBindingAttribute Trigger)
{
    /// <summary>The method, as <c>Namespace.Type.Method</c>.</summary>
    public string EntryPoint { get; } = Spell(Method);

    /// <summary>Whether a parameter of <see cref="Method"/> is the one with the trigger.</summary>
    /// <remarks>
    /// By its position: reflection fills its cache of parameters without a lock, so two hosts that start in one process
    /// at once can be handed different objects for the same parameter.
    /// </remarks>
    public bool IsTrigger(ParameterInfo parameter) => parameter.Position == TriggerParameter.Position;

    /// <summary>A method, as <c>Namespace.Type.Method</c>.</summary>
    public static string Spell(MethodInfo method) => $"{method.DeclaringType!.FullName}.{method.Name}";
}
