namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>The default of a binding attribute's property, for tools that read metadata.</summary>
[AttributeUsage(AttributeTargets.Property)]
public class DefaultValueAttribute : Attribute
{
    /// <summary>A default text.</summary>
    public DefaultValueAttribute(string stringDefault)
    {
        DefaultStringValue = stringDefault;
    }

    /// <summary>A default truth value.</summary>
    public DefaultValueAttribute(bool boolDefault)
    {
        DefaultBoolValue = boolDefault;
    }

    /// <summary>The default text, or null.</summary>
    public string? DefaultStringValue { get; }

    /// <summary>The default truth value, or null.</summary>
    public bool? DefaultBoolValue { get; }
}
