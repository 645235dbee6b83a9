namespace FuncExec.Runtime.Generators.Reading;

/// <summary>A class with [DurableTask], as far as its generated code depends on it. Types are written in full.</summary>
/// <param name="Namespace">Where the generated code goes.</param>
/// <param name="Name">The task's name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Type">The class.</param>
/// <param name="Input">The type of its input; of an entity, its state.</param>
/// <param name="Output">The type of its result; of an entity, its state.</param>
/// <param name="TakesServices">Whether its constructors all take something.</param>
/// <param name="IsPublic">Whether a public method may have these types.</param>
internal sealed record TaskModel(
    string Namespace, string Name, TaskKind Kind, string Type, string Input, string Output, bool TakesServices, bool IsPublic);
