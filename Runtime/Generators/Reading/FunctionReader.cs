using Microsoft.CodeAnalysis;

namespace FuncExec.Runtime.Generators.Reading;

/// <summary>Reads methods with [Function].</summary>
internal static class FunctionReader
{
    /// <summary>What a function is; null when it has no name.</summary>
    public static FunctionModel? Read(IMethodSymbol method, AttributeData attribute, Compilation compilation) =>
        Symbols.NameIn(attribute) is { } name ? new FunctionModel(name, ReadCall(name, method, compilation)) : null;

    private static ActivityCallModel? ReadCall(string name, IMethodSymbol method, Compilation compilation)
    {
        IParameterSymbol? input = method.Parameters.FirstOrDefault(
            static parameter => Symbols.Find(parameter, SurfaceNames.ActivityTrigger) is not null);
        if (input is null || input.RefKind != RefKind.None || !TaskNames.IsValid(name) || !Symbols.IsOrdinary(input.Type, compilation))
        {
            return null;
        }

        string activity = NamedIn(Symbols.Find(input, SurfaceNames.ActivityTrigger)!) ?? name;
        ITypeSymbol? output = ResultOf(method);
        bool isCallable = !activity.Contains('%') // A setting, known when the app runs.
            && !method.ReturnsByRef
            && !method.ReturnsByRefReadonly
            && (output is null || Symbols.IsOrdinary(output, compilation));
        return isCallable
            ? new ActivityCallModel(
                activity,
                InputOf(input),
                input.Name is "ctx" or "options" ? "input" : TaskNames.Identifier(input.Name),
                output is null ? null : Symbols.Full(output),
                Symbols.IsPublic(input.Type) && (output is null || Symbols.IsPublic(output)))
            : null;
    }

    private static string? NamedIn(AttributeData trigger) =>
        trigger.NamedArguments.FirstOrDefault(static argument => argument.Key == "Activity").Value.Value as string;

    // Whoever takes an object takes none as well.
    private static string InputOf(IParameterSymbol input) =>
        input.Type.SpecialType == SpecialType.System_Object ? "object?" : Symbols.Full(input.Type);

    private static ITypeSymbol? ResultOf(IMethodSymbol method) => method.ReturnType switch
    {
        { SpecialType: SpecialType.System_Void } => null,
        INamedTypeSymbol type when IsTask(type) => type.TypeArguments.IsEmpty ? null : type.TypeArguments[0],
        ITypeSymbol type => type,
    };

    private static bool IsTask(INamedTypeSymbol type) =>
        type.Name is "Task" or "ValueTask" && type.ContainingNamespace.ToDisplayString() == "System.Threading.Tasks";
}
