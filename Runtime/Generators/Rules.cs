using Microsoft.CodeAnalysis;

namespace FuncExec.Runtime.Generators;

/// <summary>What the compiler says of wrong uses: each message has the class and the remedy.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor Name = Rule(
        "FXR101",
        "A name that cannot be a function's",
        "{0} has the name '{1}', which cannot be a function's and a method's. A name begins with a letter A to Z, goes on with letters, digits or '_', has at most 128 characters and is not 'host': rename it, or write the name in the attribute.");

    public static readonly DiagnosticDescriptor NoTask = Rule(
        "FXR102",
        "[DurableTask] on a class that is no task",
        "{0} has [DurableTask] and derives from none of TaskOrchestrator<TInput, TOutput>, TaskActivity<TInput, TOutput> and TaskEntity<TState>. Derive it from one of them, or remove the attribute.");

    public static readonly DiagnosticDescriptor Unusable = Rule(
        "FXR103",
        "A type that nothing can be generated for",
        "{0} has [{1}] and {2}, so nothing can be generated for it. {3}");

    public static readonly DiagnosticDescriptor Hidden = Rule(
        "FXR104",
        "A class that generated code cannot reach",
        "{0} has [{1}] and cannot be reached from outside of the {2} that it is declared in. Make it, and the classes around it, internal or public.");

    public static readonly DiagnosticDescriptor Twice = Rule(
        "FXR105",
        "Two of one name",
        "{0} has the name '{1}', which {2} has too. Names are unique, whatever their casing: rename one.",
        WellKnownDiagnosticTags.CompilationEnd);

    private static DiagnosticDescriptor Rule(string id, string title, string message, params string[] tags) =>
        new(id, title, message, "DurableTask", DiagnosticSeverity.Error, isEnabledByDefault: true, customTags: tags);
}
