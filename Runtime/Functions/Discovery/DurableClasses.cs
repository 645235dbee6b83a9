using System.Reflection;
using FuncExec.Runtime.Functions.Binding;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Discovery;

/// <summary>
/// The classes with <see cref="DurableTaskAttribute"/>. Each is called by a function that the generator has written into its
/// assembly; one without is said, rather than missing when it is called.
/// </summary>
internal sealed class DurableClasses
{
    private static readonly Type[] s_bases = [typeof(TaskOrchestrator<,>), typeof(TaskActivity<,>), typeof(TaskEntity<>)];

    private readonly Dictionary<(Assembly Assembly, string Function), Type> _classes = [];

    public DurableClasses(IEnumerable<Type> classes, IEnumerable<MethodInfo> functions, List<string> faults)
    {
        HashSet<(Assembly, string)> called = [.. functions.Select(static method => (method.Module.Assembly, Fold(method.GetCustomAttribute<FunctionAttribute>()!.Name)))];
        foreach (Type type in classes)
        {
            TaskName given = type.GetCustomAttribute<DurableTaskAttribute>()!.Name;
            string name = given == default ? type.Name : given.Name;
            if (WhyUnusable(type) is { } why)
            {
                faults.Add($"The class {type.FullName} has [DurableTask] and {why}");
            }
            else if (!called.Contains((type.Assembly, Fold(name))))
            {
                faults.Add($"The class {type.FullName} has [DurableTask], and its assembly {type.Assembly.GetName().Name} has no function '{name}' that calls it: it was compiled without this runtime's generator, or with its errors off. Import Runtime/Functions/FuncExec.Runtime.targets in its project, which has to be C#, or write a method with [Function] and a trigger.");
            }
            else
            {
                _classes[(type.Assembly, Fold(name))] = type;
            }
        }
    }

    /// <summary>Whether there is all that a function takes to make the object it calls; else the faults say what is missing.</summary>
    public bool CanBeMade(DiscoveredFunction function, BinderSettings settings, List<string> faults) =>
        !_classes.TryGetValue((function.Method.Module.Assembly, Fold(function.Name)), out Type? type)
        || settings.Registered.IsService(type)
        || new ActivationBinder(settings, new ParameterFaults(function, faults)).Bind(type) is not null;

    private static string? WhyUnusable(Type type)
    {
        if (!IsTask(type))
        {
            return "derives from none of TaskOrchestrator<TInput, TOutput>, TaskActivity<TInput, TOutput> and TaskEntity<TState>. Derive it from one of them, or remove the attribute.";
        }

        if (type.IsAbstract || type.ContainsGenericParameters)
        {
            return $"is {(type.IsAbstract ? "abstract" : "generic")}, so no object of it can be made. Move the attribute to the classes that derive from it.";
        }

        return IsReachable(type)
            ? null
            : "cannot be reached from outside of the class that it is declared in. Make it, and the classes around it, internal or public.";
    }

    private static bool IsTask(Type type)
    {
        for (Type? at = type.BaseType; at is not null; at = at.BaseType)
        {
            if (at.IsGenericType && s_bases.Contains(at.GetGenericTypeDefinition()))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsReachable(Type type)
    {
        for (Type? at = type; at is { IsNested: true }; at = at.DeclaringType)
        {
            if (!at.IsNestedPublic && !at.IsNestedAssembly && !at.IsNestedFamORAssem)
            {
                return false;
            }
        }

        return true;
    }

    private static string Fold(string? name) => name?.ToUpperInvariant() ?? "";
}
