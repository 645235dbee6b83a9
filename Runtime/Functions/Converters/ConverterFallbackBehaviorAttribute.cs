namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>Says whether other converters are asked when those of a binding attribute do not handle a value.</summary>
/// <param name="fallbackBehavior">Whether they are.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ConverterFallbackBehaviorAttribute(ConverterFallbackBehavior fallbackBehavior) : Attribute
{
    /// <summary>Whether they are.</summary>
    public ConverterFallbackBehavior Behavior { get; } = fallbackBehavior;
}
