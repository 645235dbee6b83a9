using Microsoft.CodeAnalysis;

namespace FuncExec.Runtime.Generators.Reading;

/// <summary>Reads types with [DurableEvent].</summary>
internal static class EventReader
{
    /// <summary>What an event is, or else why nothing can be generated for it.</summary>
    public static (EventModel? Event, Fault? Fault) Read(INamedTypeSymbol type, AttributeData attribute)
    {
        string name = Symbols.NameIn(attribute) ?? type.Name;
        if (type.IsGenericType)
        {
            return (null, new Fault(Rules.Unusable, type.ToDisplayString(), "DurableEvent", "is generic", "Derive an ordinary class from it for each use, and move the attribute there."));
        }

        if (!Symbols.IsReachable(type))
        {
            return (null, new Fault(Rules.Hidden, type.ToDisplayString(), "DurableEvent", type.IsFileLocal ? "file" : "class"));
        }

        return TaskNames.IsValid(name)
            ? (new EventModel(Symbols.HomeOf(type), name, Symbols.Full(type), Symbols.IsPublic(type)), null)
            : (null, new Fault(Rules.Name, type.ToDisplayString(), name));
    }
}
