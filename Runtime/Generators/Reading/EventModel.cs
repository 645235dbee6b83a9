namespace FuncExec.Runtime.Generators.Reading;

/// <summary>A type with [DurableEvent].</summary>
/// <param name="Namespace">Where the generated code goes.</param>
/// <param name="Name">The event's name.</param>
/// <param name="Type">The type, in full.</param>
/// <param name="IsPublic">Whether a public method may have it.</param>
internal sealed record EventModel(string Namespace, string Name, string Type, bool IsPublic);
