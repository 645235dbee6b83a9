using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace FuncExec.Runtime.Functions.Discovery;

/// <summary>Tells which methods are functions that can run here, and says of the others why not.</summary>
internal sealed class FunctionFinder(List<string> faults)
{
    private readonly Dictionary<string, MethodInfo> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The function that a method is, or null when it cannot be one: then the faults say why.</summary>
    public DiscoveredFunction? Read(MethodInfo method)
    {
        string name = method.GetCustomAttribute<FunctionAttribute>()!.Name;
        int before = faults.Count;
        CheckName(name, method);
        CheckMethod(name, method);
        (ParameterInfo, TriggerBindingAttribute)? trigger = FindTrigger(name, method);
        if (trigger is not (ParameterInfo parameter, TriggerBindingAttribute attribute) || faults.Count > before)
        {
            return null;
        }

        FunctionKind? kind = attribute switch
        {
            HttpTriggerAttribute => FunctionKind.Http,
            OrchestrationTriggerAttribute => FunctionKind.Orchestrator,
            ActivityTriggerAttribute => FunctionKind.Activity,
            TimerTriggerAttribute => FunctionKind.Timer,
            EntityTriggerAttribute => FunctionKind.Entity,
            _ => null,
        };
        if (kind is null)
        {
            Fault(name, method, $"is started by [{Short(attribute)}], which this runtime does not offer. Offered are HttpTrigger, TimerTrigger, OrchestrationTrigger, ActivityTrigger and EntityTrigger: start it by one of them, or run the app on the official host.");
            return null;
        }

        if (method.GetCustomAttribute<RetryAttribute>() is { } retry)
        {
            Fault(name, method, $"has [{Short(retry)}], which [{Short(attribute)}] does not honour{(kind == FunctionKind.Timer ? " here" : "")}. Remove it; an activity is retried by the TaskOptions of the call{(kind == FunctionKind.Timer ? ", so let the timer start an orchestration" : "")}.");
            return null;
        }

        return new DiscoveredFunction(name, kind.Value, method, parameter, attribute);
    }

    private void CheckName(string? name, MethodInfo method)
    {
        if (name is null || !IsName(name))
        {
            Fault(name ?? "", method, "has no valid name. A name begins with a letter, goes on with letters, digits, '_' or '-', has at most 128 characters and is not 'host'.");
        }
        else if (!_names.TryAdd(name, method))
        {
            Fault(name, method, $"has the name of {DiscoveredFunction.Spell(_names[name])}. Names are unique, whatever their casing: rename one.");
        }
    }

    private void CheckMethod(string name, MethodInfo method)
    {
        if (method.IsAbstract || method.IsGenericMethodDefinition || method.DeclaringType is null or { ContainsGenericParameters: true })
        {
            Fault(name, method, "is abstract or generic, so it cannot be called. Make it an ordinary method of an ordinary class.");
        }
        else if (!method.IsStatic && method.DeclaringType.IsAbstract)
        {
            Fault(name, method, "is an instance method of an abstract class. Make it static, or the class concrete.");
        }

        if (method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute)))
        {
            Fault(name, method, "is 'async void', whose end nobody can await. Make it return Task.");
        }

        if (method.ReturnType.IsByRef || method.ReturnType.IsPointer || method.ReturnType.IsByRefLike)
        {
            Fault(name, method, $"returns {method.ReturnType.Name}, which cannot leave the method. Return an ordinary value.");
        }

        if (method.GetCustomAttributes<OutputBindingAttribute>().FirstOrDefault() is { } output)
        {
            Fault(name, method, $"has the output [{Short(output)}], which this runtime does not offer. Write to it in the function's code.");
        }
    }

    private (ParameterInfo, TriggerBindingAttribute)? FindTrigger(string name, MethodInfo method)
    {
        List<(ParameterInfo Parameter, TriggerBindingAttribute Attribute)> triggers = [.. method.GetParameters()
            .Select(static parameter => (parameter, parameter.GetCustomAttribute<TriggerBindingAttribute>()))
            .Where(static pair => pair.Item2 is not null)
            .Select(static pair => (pair.parameter, pair.Item2!))];
        if (triggers.Count == 1)
        {
            return triggers[0];
        }

        Fault(name, method, triggers.Count == 0
            ? "has no trigger. Give one parameter an HttpTrigger, TimerTrigger, OrchestrationTrigger, ActivityTrigger or EntityTrigger attribute."
            : $"has {triggers.Count} triggers. Keep one.");
        return null;
    }

    private void Fault(string name, MethodInfo method, string what) =>
        faults.Add($"Function '{name}' ({DiscoveredFunction.Spell(method)}) {what}");

    /// <summary>An attribute's name as it is written.</summary>
    public static string Short(Attribute attribute) => attribute.GetType().Name.Replace("Attribute", "", StringComparison.Ordinal);

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 128
        && char.IsAsciiLetter(name[0])
        && name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-')
        && !name.Equals("host", StringComparison.OrdinalIgnoreCase);
}
