namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>Whether other converters are asked when those of a binding do not handle a value.</summary>
public enum ConverterFallbackBehavior
{
    /// <summary>They are.</summary>
    Allow = 0,

    /// <summary>They are not.</summary>
    Disallow = 1,

    /// <summary>As <see cref="Allow"/>.</summary>
    Default = Allow,
}
