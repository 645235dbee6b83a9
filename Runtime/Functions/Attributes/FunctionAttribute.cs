namespace Microsoft.Azure.Functions.Worker;

/// <summary>Makes a method a function. Names are unique in an app, whatever their casing.</summary>
/// <param name="name">The function's name: a letter, then letters, digits, <c>_</c> or <c>-</c>; at most 128 characters.</param>
[AttributeUsage(AttributeTargets.Method)]
public class FunctionAttribute(string name) : Attribute
{
    /// <summary>The function's name.</summary>
    public string Name { get; } = name;
}
