using Microsoft.CodeAnalysis;

namespace FuncExec.Runtime.Generators.Reading;

/// <summary>Reads classes with [DurableTask].</summary>
internal static class TaskReader
{
    /// <summary>What a class is, or else why it cannot be a task.</summary>
    public static (TaskModel? Task, Fault? Fault) Read(INamedTypeSymbol type, AttributeData attribute)
    {
        string name = Symbols.NameIn(attribute) ?? type.Name;
        string spelled = type.ToDisplayString();
        if (FindBase(type) is not (INamedTypeSymbol task, TaskKind kind))
        {
            return (null, new Fault(Rules.NoTask, spelled));
        }

        if (WhyUnusable(type) is (string what, string remedy))
        {
            return (null, new Fault(Rules.Unusable, spelled, "DurableTask", what, remedy));
        }

        if (!Symbols.IsReachable(type))
        {
            return (null, new Fault(Rules.Hidden, spelled, "DurableTask", type.IsFileLocal ? "file" : "class"));
        }

        if (!TaskNames.IsValid(name))
        {
            return (null, new Fault(Rules.Name, spelled, name));
        }

        ITypeSymbol input = task.TypeArguments[0];
        ITypeSymbol output = task.TypeArguments[task.TypeArguments.Length - 1];
        return (new TaskModel(
            Symbols.HomeOf(type),
            name,
            kind,
            Symbols.Full(type),
            Symbols.Full(input),
            Symbols.Full(output),
            !type.InstanceConstructors.Any(static constructor => IsPublic(constructor) && constructor.Parameters.IsEmpty),
            Symbols.IsPublic(input) && Symbols.IsPublic(output)), null);
    }

    private static (INamedTypeSymbol, TaskKind)? FindBase(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? at = type.BaseType; at is not null; at = at.BaseType)
        {
            if (Symbols.Is(at, SurfaceNames.Orchestrator))
            {
                return (at, TaskKind.Orchestrator);
            }

            if (Symbols.Is(at, SurfaceNames.Activity))
            {
                return (at, TaskKind.Activity);
            }

            if (Symbols.Is(at, SurfaceNames.Entity))
            {
                return (at, TaskKind.Entity);
            }
        }

        return null;
    }

    private static (string What, string Remedy)? WhyUnusable(INamedTypeSymbol type)
    {
        if (type.IsAbstract)
        {
            return ("is abstract", "Move the attribute to the classes that derive from it.");
        }

        for (INamedTypeSymbol? at = type; at is not null; at = at.ContainingType)
        {
            if (at.IsGenericType)
            {
                return ("is generic", "Derive an ordinary class from it for each use, and move the attribute there.");
            }
        }

        return type.InstanceConstructors.Any(IsPublic)
            ? null
            : ("has no public constructor", "Make the one that takes its services public.");
    }

    private static bool IsPublic(IMethodSymbol constructor) => constructor.DeclaredAccessibility == Accessibility.Public;
}
